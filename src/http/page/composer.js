/** The field where questions are written, with the papers that they are kept to. */
import { byId, calm, create, fill } from './dom.js'
/** @import { About } from './types.js' */

/**
 * @param {{ ask: (question: string, about: About | undefined) => void, stop: () => void }} actions
 */
export function setUpComposer({ ask, stop }) {
  const form = /** @type {HTMLFormElement} */ (byId('composer'))
  const field = /** @type {HTMLTextAreaElement} */ (byId('question'))
  const send = /** @type {HTMLButtonElement} */ (byId('send'))
  const scope = byId('scope')
  /** @type {About | undefined} */
  let about
  let busy = false

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (busy) return stop()
    const question = field.value.trim()
    if (question === '') return field.focus()
    field.value = ''
    fit()
    ask(question, about)
  })
  field.addEventListener('input', fit)
  field.addEventListener('keydown', (event) => {
    // While a character is being composed, Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    if (!busy) form.requestSubmit()
  })
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]')
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog:modal')) return
    event.preventDefault()
    field.focus()
  })
  fit()

  /** As high as what is written, up to a third of the screen; the style sheet has the bound. */
  function fit() {
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }

  function focus() {
    field.focus({ preventScroll: true })
    form.scrollIntoView({ block: 'nearest', behavior: calm() ? 'auto' : 'smooth' })
  }

  return {
    focus,
    /** Puts a question there to be changed. @param {string} question */
    write(question) {
      field.value = question
      fit()
      focus()
      field.setSelectionRange(question.length, question.length)
    },
    /** Keeps questions to these papers until the reader takes them off. @param {About | undefined} papers */
    keepTo(papers) {
      about = papers
      scope.hidden = papers === undefined
      if (papers === undefined) return fill(scope)
      const remove = create('button', { type: 'button', class: 'icon close', click: () => {
        this.keepTo(undefined)
        focus()
      } }, 'Ask of all papers again')
      fill(scope, create('span', { class: 'label' }, 'Only of'), create('span', { class: 'scope-name', dir: 'auto', title: papers.label }, papers.label), remove)
      focus()
    },
    about: () => about,
    /** @param {boolean} value */
    setBusy(value) {
      busy = value
      send.textContent = value ? 'Stop' : 'Ask'
      send.className = value ? 'icon stop' : 'icon send'
    },
  }
}
