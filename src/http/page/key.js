/** Asks the reader for the server's key when it wants one, and keeps it for this tab alone. */
import { button, byId, create, fill } from './dom.js'

const NAME = 'footnote.key'

/** @type {Promise<boolean> | undefined} */
let asking

export function heldKey() {
  try {
    return sessionStorage.getItem(NAME) ?? undefined
  } catch {
    // Storage is off: the key lasts as long as the page.
    return unkept
  }
}

/** @type {string | undefined} */
let unkept

/** @param {string} key */
function hold(key) {
  unkept = key
  try {
    sessionStorage.setItem(NAME, key)
  } catch {
    // See heldKey.
  }
}

/**
 * Whether there is another key to try. Requests that fail together ask once.
 *
 * @param {string | undefined} refused the key that the server did not take, if one was sent
 */
export function askForKey(refused) {
  if (heldKey() !== refused) return Promise.resolve(true)
  asking ??= prompt(refused).finally(() => {
    asking = undefined
  })
  return asking
}

/** @param {string | undefined} refused @returns {Promise<boolean>} */
function prompt(refused) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('key-dialog'))
  const input = create('input', { id: 'key-input', type: 'password', autocomplete: 'off', required: true, 'aria-describedby': 'key-note' })
  const note = refused === undefined ? 'It is kept in this tab until you close it.' : 'The server did not take that key; check it and try again.'
  return new Promise((resolve) => {
    let given = false
    const form = create('form', { method: 'dialog', submit: () => {
      given = input.value.trim() !== ''
      if (given) hold(input.value.trim())
    } },
      create('h2', { id: 'key-title' }, 'This server asks for a key'),
      create('label', { for: 'key-input' }, 'Key'),
      input,
      create('p', { id: 'key-note', class: refused === undefined ? 'note' : 'note warning' }, note),
      create('div', { class: 'actions' }, button('Cancel', () => dialog.close()), create('button', { class: 'primary' }, 'Use this key')),
    )
    fill(dialog, form)
    dialog.addEventListener('close', () => resolve(given), { once: true })
    dialog.showModal()
    input.focus()
  })
}
