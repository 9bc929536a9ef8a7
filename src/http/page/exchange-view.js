/** Draws a question with what becomes of it: on its way, answered, declined, stopped or failed. */
import { drawAnswer } from './answer-view.js'
import { ROOT } from './api.js'
import { answerAsMarkdown, copyButton, offerReferences } from './copy.js'
import { drawDecline } from './decline-view.js'
import { button, counted, create, fill } from './dom.js'
import { drawFailure } from './failure-view.js'
import { unescaped } from './markers.js'
import { offers } from './server.js'
import { drawConsidered, drawSources } from './sources-view.js'
/** @import { OpenCitation } from './answer-view.js' */
/** @import { OpenPaper } from './sources-view.js' */
/** @import { Answer, Exchange } from './types.js' */

/**
 * @typedef {object} Actions what a reader can do from here
 * @property {OpenCitation} open
 * @property {OpenPaper} openPaper
 * @property {(question: string) => void} ask
 * @property {(question: string) => void} rephrase
 * @property {() => void} again asks the question of this exchange anew
 * @property {((opener: HTMLElement) => void) | undefined} addPapers
 */

const NOTHING = { text: '', claims: [], citations: [] }

/** @param {Exchange} exchange @param {Actions} actions */
export function exchangeView(exchange, actions) {
  const said = create('div', { class: 'said-text' })
  const rest = create('div', { class: 'rest' })
  const element = create('article', { class: 'exchange', 'aria-label': exchange.question },
    create('h2', { class: 'question', dir: 'auto' }, exchange.question),
    exchange.about !== undefined && create('p', { class: 'facts', dir: 'auto' }, `Asked of ${exchange.about.label}`),
    said,
    rest)
  update(exchange)
  return { element, update }

  /** @param {Exchange} now */
  function update(now) {
    const { state, answer } = now
    element.dataset['state'] = state
    element.dataset['verdict'] = answer === undefined || answer.writer === 'conversation' ? '' : answer.answerable.verdict
    element.setAttribute('aria-busy', String(state === 'asking'))
    const declined = answer !== undefined && isDecline(answer)
    if (declined) fill(said)
    else drawAnswer(said, answer === undefined ? (now.arrived ?? NOTHING) : { text: answer.answer, claims: answer.claims, citations: answer.citations }, actions.open)
    if (answer !== undefined) fill(rest, ...(declined ? drawDecline(answer, actions, quoted(answer, actions)) : drawAnswered(answer, actions)), drawFollowUps(answer, actions))
    else if (state === 'asking') fill(rest, create('p', { class: 'waiting' }, now.arrived?.text ? 'Writing' : 'Reading the library'))
    else if (state === 'stopped') fill(rest, create('div', { class: 'notice' }, create('p', {}, 'Stopped before the answer was whole.'), button('Ask again', actions.again)))
    else if (now.failure !== undefined) fill(rest, drawFailure(now.failure, actions.again))
  }
}

/** A greeting answers nothing either, but declines nothing. @param {Answer} answer */
function isDecline({ writer, answerable }) {
  return answerable.verdict !== 'answered' && writer !== 'conversation'
}

/** What is quoted beside a refusal, with where it stands; nothing where nothing is. @param {Answer} answer @param {Actions} actions */
function quoted({ answer, claims, citations }, { open }) {
  if (citations.length === 0) return undefined
  const text = create('div', { class: 'said-text' })
  drawAnswer(text, { text: answer, claims, citations }, open)
  return [text, drawSources(citations, open)]
}

/** @param {Answer} answer @param {Actions} actions */
function drawAnswered(answer, { open, openPaper }) {
  const withheld = answer.claims.filter(({ start, end, verdict }) => verdict === 'unsupported' && end <= start)
  const { notice } = answer
  return [
    notice !== undefined && !answer.answer.includes(notice) && create('p', { class: 'note' }, notice),
    withheld.length > 0 && create('details', { class: 'withheld' },
      create('summary', {}, `${counted(withheld.length, 'sentence')} left out: no quote carries ${withheld.length === 1 ? 'it' : 'them'}`),
      create('ul', {}, ...withheld.map(({ text }) => create('li', { dir: 'auto' }, unescaped(text))))),
    drawSources(answer.citations, open),
    create('div', { class: 'colophon' }, create('p', { class: 'meta' }, ...describe(answer)), drawCopying(answer)),
    drawConsidered(answer.considered, openPaper),
  ]
}

/** How it was written, and how sure we are. @param {Answer} answer */
function describe({ writer, model, groundedness, answerable, citations }) {
  const share = `${Math.round(groundedness * 100)} %`
  const author = model ?? 'a language model'
  const written = writer === 'extractive' ? 'Quoted word for word' : writer === 'records' ? 'Read from the records' : writer === 'mixed' ? `Begun by ${author}, ended with quotes` : `Written by ${author}, ${share} carried by its quotes`
  const { probability } = answerable
  const word = probability >= 0.85 ? 'high' : probability >= 0.6 ? 'fair' : 'low'
  if (citations.length === 0) return []
  return [
    create('span', {}, `${written} from ${counted(citations.length, 'paper')}`),
    create('span', { class: `confidence ${word}`, title: 'The probability that these papers answer the question' }, `Confidence ${word}, ${Math.round(probability * 100)} %${word === 'low' ? ': read the quotes before you rely on it' : ''}`),
  ]
}

/** @param {Answer} answer */
function drawCopying(answer) {
  const actions = create('div', { class: 'actions' }, copyButton('Copy answer', () => answerAsMarkdown(answer)))
  if (answer.citations.length > 0) {
    const papers = answer.citations.map(({ paper }) => paper)
    void offerReferences(actions, papers)
    void offers('GET /map').then((offered) => offered && actions.append(create('a', { class: 'quiet', href: new URL(`map?mark=${papers.map(({ id }) => encodeURIComponent(id)).join(',')}`, ROOT).href }, 'On the map')))
  }
  return actions
}

/** @param {Answer} answer @param {Actions} actions */
function drawFollowUps({ followUps }, { ask }) {
  if (followUps.length === 0) return undefined
  return create('div', { class: 'follow-ups' }, create('h3', { class: 'label' }, 'Ask next'), ...followUps.map(({ question, papers }) => {
    const chip = button(question, () => ask(question), 'follow-up')
    chip.append(create('span', { class: 'count' }, counted(papers, 'paper')))
    return chip
  }))
}
