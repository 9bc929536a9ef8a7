/** Shows a paper in the panel, with the cited words marked where they stand in its abstract. */
import { failureOf, getJson, isAbort, ROOT } from './api.js'
import { offerReferences } from './copy.js'
import { button, calm, create, fill } from './dom.js'
import { factsOf, linksOf } from './facts.js'
import { unescaped } from './markers.js'
import { openPanel } from './panel.js'
import { relatedList } from './related-list.js'
/** @import { About, Citation, Claim, Paper, Quote } from './types.js' */

/**
 * @typedef {object} Reading
 * @property {HTMLElement} opener gets the focus back
 * @property {(about: About) => void} askAbout
 */

/**
 * Opens what a marker cites, at the words that its claim rests on.
 *
 * @param {Citation} citation
 * @param {Reading & { claim?: Claim | undefined }} reading
 */
export function openCitation({ number, paper, quotes }, { claim, ...reading }) {
  const claimed = unescaped(claim?.text ?? '')
  const first = Math.max(0, quotes.findIndex(({ text }) => claimed.includes(text)))
  showPaper(`Source ${number}`, paper, { ...reading, quotes, first })
}

/** Opens a paper that is known by its id alone. @param {string} id @param {Reading} reading */
export async function openPaper(id, reading) {
  const controller = new AbortController()
  const note = create('p', { class: 'note' }, 'Opening the paper…')
  openPanel({ eyebrow: 'Paper', content: [note], opener: reading.opener, onLeave: () => controller.abort() })
  try {
    /** @type {Paper} */
    const paper = await getJson(`v1/papers/${encodeURIComponent(id)}`, { signal: controller.signal })
    showPaper('Paper', paper, reading)
  } catch (error) {
    if (isAbort(error)) return
    fill(note, failureOf(error).message, ' ', button('Try again', () => openPaper(id, reading)))
  }
}

/**
 * @param {string} eyebrow
 * @param {Paper} paper
 * @param {Reading & { quotes?: readonly Quote[], first?: number }} reading
 */
function showPaper(eyebrow, paper, { opener, askAbout, quotes = [], first = 0 }) {
  const controller = new AbortController()
  const actions = create('div', { class: 'actions' },
    button('Ask about this paper', () => askAbout({ ids: [paper.id], label: paper.title })),
    create('a', { class: 'quiet', href: pageOf(paper) }, 'Paper page'))
  const abstract = create('p', { class: 'abstract', dir: 'auto' }, ...markQuotes(paper.abstract, quotes))
  openPanel({
    eyebrow,
    opener,
    onLeave: () => controller.abort(),
    content: [
      create('h2', { class: 'title', dir: 'auto' }, paper.title),
      create('p', { class: 'facts', dir: 'auto' }, factsOf(paper)),
      create('p', { class: 'facts links' }, ...linksOf(paper)),
      paper.digest === true && create('p', { class: 'note' }, 'A digest in other words; the abstract itself is not in the library.'),
      abstract,
      quotes.length > 1 && quoteSteps(abstract, first),
      actions,
      relatedList(paper, (other) => button(other.title, () => openPaper(other.id, { opener, askAbout }), 'paper-title'), controller.signal),
    ],
  })
  void offerReferences(actions, [paper])
  goTo(abstract, first)
}

/** @param {Paper} paper */
function pageOf({ id }) {
  return new URL(`p/${encodeURIComponent(id)}`, ROOT).href
}

/**
 * The abstract with each quote marked; quotes that overlap share marks, and one that the abstract does not hold gets none.
 *
 * @param {string} abstract
 * @param {readonly Quote[]} quotes
 * @returns {(Node | string)[]}
 */
function markQuotes(abstract, quotes) {
  const held = quotes.filter(({ text, start, end }) => abstract.slice(start, end) === text)
  const edges = [...new Set([0, abstract.length, ...held.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b)
  return edges.slice(0, -1).map((start, i) => {
    const text = abstract.slice(start, edges[i + 1])
    const of = quotes.flatMap((quote, number) => (held.includes(quote) && quote.start <= start && quote.end > start ? [number] : []))
    return of.length === 0 ? text : create('mark', { 'data-quotes': of.join(' ') }, text)
  })
}

/** Brings a quote into view and tells it from the others. @param {HTMLElement} abstract @param {number} number */
function goTo(abstract, number) {
  const marks = [...abstract.querySelectorAll('mark')]
  const own = marks.filter(({ dataset }) => (dataset['quotes'] ?? '').split(' ').includes(String(number)))
  for (const mark of marks) mark.classList.toggle('current', own.includes(mark))
  own[0]?.scrollIntoView({ block: 'nearest', behavior: calm() ? 'auto' : 'smooth' })
}

/** Steps through the quotes of a paper that is cited for several. @param {HTMLElement} abstract @param {number} first */
function quoteSteps(abstract, first) {
  const count = new Set([...abstract.querySelectorAll('mark')].flatMap(({ dataset }) => (dataset['quotes'] ?? '').split(' '))).size
  let number = first
  const place = create('span', { role: 'status' }, `Quote ${first + 1} of ${count}`)
  const step = (/** @type {number} */ by) => () => {
    number = (number + by + count) % count
    place.textContent = `Quote ${number + 1} of ${count}`
    goTo(abstract, number)
  }
  return create('div', { class: 'quote-steps' }, button('Previous', step(-1)), place, button('Next', step(1)))
}
