/** Draws an honest "this library does not say": why, what is near, and what a person can do about it. */
import { button, create, given } from './dom.js'
import { unescaped } from './markers.js'
import { drawNamed } from './sources-view.js'
/** @import { OpenPaper } from './sources-view.js' */
/** @import { Answer } from './types.js' */

const HEADINGS = /** @type {const} */ ({
  related: { eyebrow: 'Something near, but no answer', nearest: 'What it has near it' },
  none: { eyebrow: 'Not in this library', nearest: 'The nearest there is' },
})

/** In the place of the eyebrow, where the server knows why. @type {Readonly<Record<string, string>>} */
const REASONS = {
  absent: 'The subject is here, the answer is not',
  'false-premise': 'It assumes what these papers do not say',
  'too-vague': 'Too vague to answer',
  nonsense: 'Not understood',
  'not-about-papers': 'Not a question about papers',
}

/**
 * @param {Answer} answer whose verdict is not `answered`
 * @param {{ openPaper: OpenPaper, rephrase: (question: string) => void, addPapers?: ((opener: HTMLElement) => void) | undefined }} actions
 * @param {(HTMLElement | undefined)[]} [quoted] the answer as it is drawn with its sources, where it quotes what comes nearest
 * @returns {(HTMLElement | undefined)[]}
 */
export function drawDecline({ question, answer, answerable }, { openPaper, rephrase, addPapers }, quoted) {
  const { verdict, missingTerms, nearest, suggestion, reason = '' } = answerable
  const heading = HEADINGS[verdict === 'related' ? 'related' : 'none']
  const removable = missingTerms.filter((term) => withoutTerm(question, term) !== question)
  return [
    create('p', { class: 'eyebrow' }, REASONS[reason] ?? heading.eyebrow),
    ...(quoted ?? [create('p', { class: 'said', dir: 'auto' }, beforeNearest(answer, nearest))]),
    ...(removable.length === 0 ? [] : [create('div', { class: 'missing' },
      create('span', { class: 'label' }, 'Ask without'),
      ...removable.map((term) => given(button(term, () => rephrase(withoutTerm(question, term)), 'missing-term'), { 'aria-label': `Ask without “${term}”, which no paper here mentions` })),
    )]),
    ...(nearest.length === 0 || quoted !== undefined ? [] : [create('h3', { class: 'label' }, heading.nearest), drawNamed(nearest, openPaper)]),
    ...(suggestion === undefined ? [] : [create('p', { class: 'suggestion' }, ...codeIn(suggestion))]),
    create('div', { class: 'actions' }, button('Edit the question', () => rephrase(question)), addPapers !== undefined && button('Add papers', addPapers)),
  ]
}

/** What the answer says before it lists the nearest papers, which are drawn as a list. @param {string} answer @param {Answer['answerable']['nearest']} nearest */
function beforeNearest(answer, nearest) {
  const plain = unescaped(answer)
  const places = nearest.map(({ title }) => plain.indexOf(title)).filter((place) => place >= 0)
  if (places.length === 0) return plain
  const before = plain.slice(0, Math.min(...places))
  const end = before.search(/[.!?][^.!?]*$/)
  return end < 0 ? plain : before.slice(0, end + 1)
}

/** The question without a word of it, whatever its case. @param {string} question @param {string} term */
function withoutTerm(question, term) {
  const escaped = term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu')
  return question.replace(pattern, '').replace(/\s+(?=[?.!,;]|\s|$)/g, '').trim()
}

/** @param {string} text */
function codeIn(text) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? create('code', {}, part) : part))
}
