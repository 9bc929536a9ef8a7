/** Draws what stands below an answer: its sources as footnotes, and what was found beside them. */
import { button, counted, create, given } from './dom.js'
import { factsOf } from './facts.js'
/** @import { OpenCitation } from './answer-view.js' */
/** @import { Answer, Citation } from './types.js' */

/** Sources that stand there at once; the others wait behind a button. */
const SHOWN = 8

/** @typedef {(id: string, opener: HTMLElement) => void} OpenPaper */

/** @param {readonly Citation[]} citations @param {OpenCitation} open */
export function drawSources(citations, open) {
  if (citations.length === 0) return undefined
  const list = create('ol', { class: 'sources', 'aria-label': 'Sources' }, ...citations.slice(0, SHOWN).map((citation) => drawSource(citation, open)))
  const rest = citations.slice(SHOWN)
  const more = rest.length > 0 && button(`Show all ${citations.length} sources`, () => {
    const [first, ...others] = rest.map((citation) => drawSource(citation, open))
    list.append(/** @type {Node} */ (first), ...others)
    first?.querySelector('button')?.focus()
    if (more) more.remove()
  })
  return create('div', { class: 'footnotes' }, list, more)
}

/** @param {Citation} citation @param {OpenCitation} open */
function drawSource(citation, open) {
  const { number, paper } = citation
  const facts = factsOf(paper)
  const card = given(button('', (self) => open(citation, self), 'source'), { 'aria-label': `Source ${number}: ${paper.title}`, 'data-number': String(number) })
  card.append(
    create('span', { class: 'number', 'aria-hidden': 'true' }, String(number)),
    create('span', { class: 'source-text', dir: 'auto' },
      create('span', { class: 'source-title' }, paper.title),
      paper.digest === true && create('span', { class: 'facts tag' }, ' digest'),
      facts !== '' && create('span', { class: 'facts' }, facts)),
  )
  return create('li', {}, card)
}

/** Papers that were found and not cited, folded away. @param {Answer['considered']} considered @param {OpenPaper} open */
export function drawConsidered(considered, open) {
  if (considered.length === 0) return undefined
  return create('details', { class: 'considered' }, create('summary', {}, `Also read, not cited: ${counted(considered.length, 'paper')}`), drawNamed(considered, open))
}

/** @param {readonly { id: string, title: string }[]} papers @param {OpenPaper} open */
export function drawNamed(papers, open) {
  return create('ul', { class: 'papers' }, ...papers.map(({ id, title }) => create('li', {}, button(title, (self) => open(id, self), 'paper-title'))))
}
