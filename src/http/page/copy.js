/** Copies answers and references to the clipboard. */
import { request } from './api.js'
import { announce, button, create } from './dom.js'
import { addressesOf } from './facts.js'
import { offers } from './server.js'
/** @import { Answer, Citation, Paper } from './types.js' */

/**
 * A button that copies what `text` gives, and says whether it did.
 *
 * @param {string} label
 * @param {() => string | Promise<string>} text
 */
export function copyButton(label, text) {
  const element = button(label, async () => {
    const done = await Promise.resolve().then(text).then(copy).then(() => 'Copied', () => 'Not copied')
    element.textContent = done
    announce(done === 'Copied' ? `${label}: copied.` : `${label}: it could not be copied.`)
    setTimeout(() => {
      element.textContent = label
    }, 1_600)
  })
  return element
}

/** @param {string} text */
async function copy(text) {
  // Browsers offer the clipboard to pages from this machine or over HTTPS alone.
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visually-hidden'
  const host = document.querySelector('dialog:modal') ?? document.body
  host.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (!copied) throw new Error('The browser refused.')
}

/** The answer as Markdown, with its sources below. @param {Pick<Answer, 'answer' | 'citations'>} answer */
export function answerAsMarkdown({ answer, citations }) {
  const sources = citations.map(sourceAsMarkdown)
  return [answer, ...(sources.length === 0 ? [] : ['', ...sources]), ''].join('\n')
}

/** @param {Citation} citation */
function sourceAsMarkdown({ number, paper }) {
  const authors = paper.authors === undefined ? '' : `${paper.authors.join(', ')}. `
  const year = paper.year === undefined ? '' : ` (${paper.year})`
  const venue = paper.venue === undefined ? '' : ` ${paper.venue}.`
  const address = addressesOf(paper)[0]?.url
  return `[${number}] ${authors}${paper.title}${year}.${venue}${address === undefined ? ` ${paper.id}` : ` ${address}`}  `
}

/** What people call the formats, by the name that the server has for them; the first stands open. */
const FORMATS = /** @type {const} */ ([['bibtex', 'BibTeX'], ['ris', 'RIS'], ['csl-json', 'CSL-JSON'], ['apa', 'APA']])

/**
 * Appends buttons that copy these papers as references, if the server writes them.
 *
 * @param {Element} actions
 * @param {readonly Pick<Paper, 'id'>[]} papers
 */
export async function offerReferences(actions, papers) {
  if (!(await offers('POST /v1/bibliography'))) return
  const [first, ...others] = FORMATS.map(([format, name]) => copyButton(`Copy ${name}`, () => referencesOf(papers, format)))
  if (first !== undefined) actions.append(first, create('details', { class: 'formats' }, create('summary', { class: 'quiet' }, 'Other formats'), ...others))
}

/** @param {readonly Pick<Paper, 'id'>[]} papers @param {string} format */
async function referencesOf(papers, format) {
  const response = await request('v1/bibliography', { body: { ids: papers.map(({ id }) => id), format }, accept: '*/*' })
  return response.text()
}
