/** Adds to the page of a paper what needs the server: its neighbours, and its reference to copy. */
import { ROOT } from './api.js'
import { offerReferences } from './copy.js'
import { byId, create } from './dom.js'
import { relatedList } from './related-list.js'

const main = byId('paper')
const paper = { id: main.dataset['id'] ?? '' }

main.append(relatedList(paper, ({ id, title }) => create('a', { class: 'paper-title', dir: 'auto', href: new URL(`p/${encodeURIComponent(id)}`, ROOT).href }, title)))
void offerReferences(byId('paper-actions'), [paper])
