/** Draws the text of an answer: claims with their verdicts, and markers as chips that open what they cite. */
import { button, create, given, reconcile } from './dom.js'
import { readAnswer } from './markers.js'
/** @import { Block, Run } from './markdown.js' */
/** @import { Arrived, Citation, Claim } from './types.js' */

/** @typedef {(citation: Citation, opener: HTMLElement, claim?: Claim) => void} OpenCitation */

const TAGS = /** @type {const} */ ({ paragraph: 'p', heading: 'h3', code: 'pre', quotation: 'blockquote', item: 'li' })
const VERDICTS = /** @type {const} */ ({
  weak: { label: 'weakly supported', title: 'The quotes carry this sentence only in part: read them.' },
  unsupported: { label: 'not supported', title: 'The quotes do not carry this sentence.' },
})

/**
 * Draws into `container` what has arrived; again and again, as more does.
 *
 * @param {Element} container
 * @param {Arrived} arrived
 * @param {OpenCitation} open
 */
export function drawAnswer(container, arrived, open) {
  const blocks = readAnswer(arrived.text, arrived)
  reconcile(container, grouped(blocks).map((group, i) => {
    const [first] = /** @type {[Block]} */ (group)
    if (first.kind !== 'item') return nodeFor(first)
    const tag = first.label === '' ? 'ul' : 'ol'
    return { key: `${tag} ${i}`, build: () => create(tag), update: (/** @type {Element} */ list) => reconcile(list, group.map(nodeFor)) }
  }))

  /** @param {Block} block */
  function nodeFor(block) {
    const claims = arrived.claims.filter(({ start, end }) => start < block.end && end > block.start)
    const key = JSON.stringify([block.kind, block.start, block.runs, claims])
    return { key, build: () => create(TAGS[block.kind], { dir: 'auto', class: `arrived level-${block.level ?? 0}`, value: block.label ? parseInt(block.label, 10) : undefined }, ...drawRuns(block.runs, claims)) }
  }

  /** The runs of a block; those of a claim, its chips and its verdict are held together. @param {readonly Run[]} runs @param {readonly Claim[]} claims */
  function drawRuns(runs, claims) {
    /** @type {(Node | string)[]} */
    const nodes = []
    /** @type {{ claim: Claim, element: HTMLElement, chips: number } | undefined} */
    let current
    for (const run of runs.flatMap((run) => splitAt(run, claims.flatMap(({ start, end }) => [start, end])))) {
      const claim = claims.find(({ start, end }) => run.start >= start && run.start < end)
      if (run.marker === undefined && claim !== undefined && claim !== current?.claim) {
        current = { claim, element: create('span', { class: `claim ${claim.verdict}` }), chips: 0 }
        nodes.push(current.element)
      }
      if (run.marker !== undefined && current !== undefined) current.element.append(...chipFor(run.marker, current))
      else if (claim !== undefined && claim === current?.claim) current.element.append(styled(run))
      // The space between a sentence and its markers; a chip stands close, as a footnote's number does.
      else if (!(current !== undefined && run.text === ' ' && run.start === current.claim.end && isMarked(runs, run.end))) nodes.push(styled(run))
    }
    return nodes
  }

  /** @param {number} number @param {{ claim: Claim, element: HTMLElement, chips: number }} current */
  function chipFor(number, current) {
    const citation = arrived.citations.find((citation) => citation.number === number)
    const label = citation === undefined ? `Source ${number}` : `Source ${number}: ${citation.paper.title}`
    const { claim } = current
    const chip = given(button(String(number), (self) => citation && open(citation, self, claim), 'chip'), { 'aria-label': label, title: citation?.paper.title, 'data-number': String(number) })
    current.chips++
    const isLast = current.chips === claim.citations.length
    return isLast && claim.verdict !== 'supported' ? [chip, verdictOf(claim.verdict)] : [chip]
  }
}

/** @param {'weak' | 'unsupported'} verdict */
function verdictOf(verdict) {
  const { label, title } = VERDICTS[verdict]
  return create('span', { class: `verdict ${verdict}`, title }, label)
}

/** Items that follow one another belong to one list. @param {readonly Block[]} blocks @returns {Block[][]} */
function grouped(blocks) {
  /** @type {Block[][]} */
  const groups = []
  for (const block of blocks) {
    const last = groups.at(-1)?.at(-1)
    const joins = last !== undefined && block.kind === 'item' && last.kind === 'item' && (block.label === '') === (last.label === '')
    if (joins) groups.at(-1)?.push(block)
    else groups.push([block])
  }
  return groups
}

/** @param {readonly Run[]} runs @param {number} start */
function isMarked(runs, start) {
  return runs.some((run) => run.marker !== undefined && run.start === start)
}

/** Cuts a run where claims begin and end. An escaped character is no longer than one, and is not cut. @param {Run} run @param {readonly number[]} places @returns {Run[]} */
function splitAt(run, places) {
  const inside = [...new Set(places)].filter((place) => place > run.start && place < run.end).sort((a, b) => a - b)
  if (inside.length === 0 || run.text.length !== run.end - run.start) return [run]
  return [run.start, ...inside].map((start, i) => {
    const end = inside[i] ?? run.end
    return { ...run, start, end, text: run.text.slice(start - run.start, end - run.start) }
  })
}

/** @param {Run} run @returns {Node} */
function styled({ text, style }) {
  /** @type {Node} */
  let node = document.createTextNode(text)
  if (style.includes('code')) node = create('code', {}, node)
  if (style.includes('quoted')) node = create('span', { class: 'quoted' }, node)
  if (style.includes('emphasis')) node = create('em', {}, node)
  if (style.includes('strong')) node = create('strong', {}, node)
  return node
}

/** The answer as a listener should hear it, without markers and Markdown. @param {Arrived} arrived */
export function spokenAnswer(arrived) {
  return readAnswer(arrived.text, arrived)
    .map(({ runs }) => runs.filter(({ marker }) => marker === undefined).map(({ text }) => text).join(''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
}
