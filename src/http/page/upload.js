/** Sends files of papers to the library, shows how far they are, and what became of each line. */
import { authorization, errorFrom, failureOf, offline, ROOT } from './api.js'
import { announce, button, counted, create, fill } from './dom.js'
import { askForKey, heldKey } from './key.js'

/** @typedef {{ added: number, updated: number, unchanged: number, duplicates: number, rejected: { line: number, code: string, message: string }[], rejectedCount: number }} Summary */

const REJECTED_SHOWN = 20

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  bib: 'application/x-bibtex',
  csv: 'text/csv',
  gz: 'application/gzip',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  nbib: 'application/x-nbib',
  ris: 'application/x-research-info-systems',
  tsv: 'text/tab-separated-values',
}

/**
 * Sends the files one after the other; each has a row in `list`.
 *
 * @param {readonly File[]} files
 * @param {{ list: HTMLElement, onStored: () => void }} options `onStored` is told after each file of which something was kept
 */
export async function uploadFiles(files, { list, onStored }) {
  for (const file of files) {
    const row = create('li', { class: 'upload' })
    list.prepend(row)
    await upload(file, row, onStored)
  }
}

/** @param {File} file @param {HTMLElement} row @param {() => void} onStored */
async function upload(file, row, onStored) {
  const controller = new AbortController()
  const bar = create('progress', { max: 1, value: 0, 'aria-label': `Sending ${file.name}` })
  const state = create('span', { class: 'facts' }, 'Sending…')
  fill(row, create('strong', { class: 'file', dir: 'auto' }, file.name), bar, create('div', { class: 'upload-state' }, state, button('Stop', () => controller.abort())))
  try {
    const summary = await send(file, controller.signal, (share) => {
      bar.value = share
      state.textContent = share < 1 ? `Sent ${Math.round(share * 100)} %` : 'Reading and indexing…'
      // No value: it takes as long as it takes.
      if (share >= 1) bar.removeAttribute('value')
    })
    fill(row, ...drawSummary(file, summary))
    announce(`${file.name}: ${inWords(summary)}.`)
    if (summary.added + summary.updated > 0) onStored()
  } catch (error) {
    const stopped = controller.signal.aborted
    const message = stopped ? 'Stopped. What had been read by then is kept.' : failureOf(error).message
    fill(row, create('strong', { class: 'file', dir: 'auto' }, file.name), create('p', { class: stopped ? 'note' : 'note warning', role: 'alert' }, message), button('Send again', () => upload(file, row, onStored)))
    if (stopped) onStored()
  }
}

/**
 * `fetch` does not say how much of a body has gone; XMLHttpRequest does, and reads a file as it goes.
 *
 * @param {File} file
 * @param {AbortSignal} signal
 * @param {(share: number) => void} onProgress
 * @returns {Promise<Summary>}
 */
async function send(file, signal, onProgress) {
  const key = heldKey()
  const reply = await new Promise((/** @type {(reply: XMLHttpRequest) => void} */ resolve, reject) => {
    const sending = new XMLHttpRequest()
    sending.open('POST', new URL('v1/papers', ROOT))
    sending.setRequestHeader('content-type', typeOf(file.name))
    for (const [name, value] of Object.entries(authorization(key))) sending.setRequestHeader(name, value)
    sending.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => onProgress(lengthComputable && total > 0 ? loaded / total : 0))
    sending.upload.addEventListener('load', () => onProgress(1))
    sending.addEventListener('load', () => resolve(sending))
    sending.addEventListener('error', () => reject(offline()))
    sending.addEventListener('abort', () => reject(new DOMException('Stopped.', 'AbortError')))
    signal.addEventListener('abort', () => sending.abort(), { once: true })
    sending.send(file)
  })
  if (reply.status === 401 && (await askForKey(key))) return send(file, signal, onProgress)
  if (reply.status !== 200) throw errorFrom(reply.status, reply.getResponseHeader('retry-after'), reply.responseText)
  return /** @type {Summary} */ (JSON.parse(reply.responseText))
}

/** The server looks into the file itself; where that tells it nothing, the name does. @param {string} name */
function typeOf(name) {
  return TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream'
}

/** @param {Summary} summary */
function inWords({ added, updated, unchanged, duplicates, rejectedCount }) {
  const parts = [
    added > 0 && `${counted(added, 'paper')} added`,
    updated > 0 && `${updated.toLocaleString('en')} updated`,
    unchanged > 0 && `${unchanged.toLocaleString('en')} known already`,
    duplicates > 0 && counted(duplicates, 'duplicate'),
    rejectedCount > 0 && `${rejectedCount.toLocaleString('en')} rejected`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'no papers in it' : parts.join(', ')
}

/** @param {File} file @param {Summary} summary */
function drawSummary(file, summary) {
  const { added, updated, rejected, rejectedCount } = summary
  const shown = rejected.slice(0, REJECTED_SHOWN)
  return [
    create('strong', { class: 'file', dir: 'auto' }, file.name),
    create('p', { class: `summary ${rejectedCount > 0 ? 'partly' : 'whole'}` }, `${inWords(summary)}.`),
    added + updated > 0 && create('p', { class: 'note' }, 'You can ask about them now.'),
    shown.length > 0 && create('details', { open: added + updated === 0 }, create('summary', {}, `Why ${counted(rejectedCount, 'record')} ${rejectedCount === 1 ? 'was' : 'were'} rejected`),
      create('ul', { class: 'rejected' },
        ...shown.map(({ message }) => create('li', { dir: 'auto' }, message)),
        rejectedCount > shown.length && create('li', { class: 'note' }, `And ${(rejectedCount - shown.length).toLocaleString('en')} more.`))),
  ]
}
