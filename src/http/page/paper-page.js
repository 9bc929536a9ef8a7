/** Adds to the page of a paper what needs the server: its neighbours, and its reference to copy. */
import { ROOT } from './api.js'
import { bibtexOf, copyButton } from './copy.js'
import { byId, create } from './dom.js'
import { relatedList } from './related-list.js'
import { offers } from './server.js'

const main = byId('paper')
const paper = { id: main.dataset['id'] ?? '' }

main.append(relatedList(paper, ({ id, title }) => create('a', { class: 'paper-title', dir: 'auto', href: new URL(`p/${encodeURIComponent(id)}`, ROOT).href }, title)))
void offers('POST /v1/bibliography').then((offered) => offered && byId('paper-actions').append(copyButton('Copy BibTeX', () => bibtexOf([paper]))))
