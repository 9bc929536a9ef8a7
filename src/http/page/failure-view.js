/** Says what went wrong and offers to try again, when the server will listen again. */
import { create, button } from './dom.js'
/** @import { Failure } from './types.js' */

/** @type {Readonly<Record<string, string>>} */
const HEADINGS = {
  offline: 'No connection',
  broken_off: 'The answer broke off',
  rate_limited: 'Too many requests',
  overloaded: 'The server is busy',
  not_ready: 'Not ready yet',
  unauthorized: 'A key is needed',
  writer_failed: 'The language model failed',
  storage_full: 'The disk is full',
}

/**
 * @param {Failure} failure
 * @param {() => void} again
 * @param {string} [label] of the button
 */
export function drawFailure({ code, message, retryAfterSeconds }, again, label = 'Try again') {
  const retry = button(label, again, 'primary')
  const box = create('div', { class: 'notice failure', role: 'alert' }, create('h3', {}, HEADINGS[code] ?? 'That did not work'), create('p', { dir: 'auto' }, message), retry)
  if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) countDown(retry, Math.ceil(retryAfterSeconds), label)
  return box
}

/** @param {HTMLButtonElement} retry @param {number} seconds @param {string} label */
function countDown(retry, seconds, label) {
  const until = Date.now() + seconds * 1_000
  // Left in reach of the keyboard, where `disabled` would take it out.
  const show = () => {
    const left = Math.ceil((until - Date.now()) / 1_000)
    const waits = left > 0
    retry.setAttribute('aria-disabled', String(waits))
    retry.textContent = waits ? `${label} in ${left} s` : label
    if (!waits) clearInterval(timer)
  }
  const timer = setInterval(show, 250)
  retry.addEventListener('click', (event) => {
    if (retry.getAttribute('aria-disabled') === 'true') event.stopImmediatePropagation()
  }, { capture: true })
  show()
}
