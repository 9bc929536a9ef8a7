/** The panel beside the conversation: a column on a wide screen, a sheet from below on a phone. */
import { button, byId, create, fill } from './dom.js'

const wide = matchMedia('(min-width: 68rem)')

/** What had the focus before, to get it back. @type {HTMLElement | undefined} */
let opener
/** Called when the panel closes or shows something else. @type {(() => void) | undefined} */
let leave

const dialog = () => /** @type {HTMLDialogElement} */ (byId('panel'))

/**
 * Shows something in the panel, in the place of what it shows.
 *
 * @param {object} view
 * @param {string} view.eyebrow a word or two above the content: `Source 1`
 * @param {readonly (Node | string | undefined | false)[]} view.content its first `h2` names the panel and gets the focus, unless `focus` does
 * @param {HTMLElement} [view.opener] gets the focus back
 * @param {HTMLElement} [view.focus]
 * @param {() => void} [view.onLeave]
 */
export function openPanel({ eyebrow, content, opener: from, focus, onLeave }) {
  leave?.()
  leave = onLeave
  // What stands in the panel itself goes when its content does; then whoever opened the panel stays the opener.
  if (from?.isConnected === true && !dialog().contains(from)) opener = from
  const close = button('Close', closePanel, 'icon close')
  const body = create('div', { class: 'panel-body' }, ...content)
  fill(dialog(), create('div', { class: 'panel-head' }, create('p', { class: 'eyebrow' }, eyebrow), close), body)
  const title = body.querySelector('h2')
  if (title !== null) {
    title.id = 'panel-title'
    title.tabIndex = -1
  }
  show()
  ;(focus ?? title ?? close).focus({ preventScroll: true })
  body.scrollTop = 0
}

export function closePanel() {
  if (dialog().open) dialog().close()
}

export function isPanelOpen() {
  return dialog().open
}

/** Beside the conversation on a wide screen; over it, and the only thing that can be used, on a narrow one. */
function show() {
  if (dialog().open) return
  if (wide.matches) dialog().show()
  else dialog().showModal()
  document.body.classList.toggle('with-panel', wide.matches)
}

export function setUpPanel() {
  dialog().addEventListener('close', () => {
    // The screen has changed its width, and the panel its way of being shown.
    if (reopening) return
    leave?.()
    leave = undefined
    document.body.classList.remove('with-panel')
    const back = opener?.isConnected === true ? opener : byId('question')
    opener = undefined
    // The event comes a moment after the panel has gone: who writes already is left to it.
    if (document.activeElement !== byId('question')) back.focus()
  })
  dialog().addEventListener('click', (event) => {
    if (event.target === dialog() && !wide.matches) closePanel()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !dialog().open) return
    event.preventDefault()
    closePanel()
  })
  wide.addEventListener('change', reopen)
}

let reopening = false

function reopen() {
  if (!dialog().open) return
  const focused = document.activeElement
  reopening = true
  dialog().addEventListener('close', () => {
    reopening = false
  }, { once: true })
  dialog().close()
  show()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
}
