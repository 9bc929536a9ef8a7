/** The conversations that this browser has kept, in the panel. */
import { button, create, fill, given } from './dom.js'
import { openPanel } from './panel.js'
import { forget, keptConversations } from './store.js'
/** @import { Conversation } from './types.js' */

/**
 * @param {object} options
 * @param {HTMLElement} options.opener gets the focus back
 * @param {(conversation: Conversation) => void} options.show
 * @param {(id: string) => void} options.onForget
 */
export function openEarlier({ opener, show, onForget }) {
  const list = create('ul', { class: 'papers' })
  const draw = () => {
    const kept = keptConversations()
    fill(list, ...kept.map(drawRow), kept.length === 0 && create('li', { class: 'note' }, 'There is none.'))
  }
  draw()
  openPanel({ eyebrow: 'This browser', opener, content: [create('h2', { class: 'title' }, 'Earlier conversations'), create('p', { class: 'facts' }, 'Kept in this browser alone; the latest twenty.'), list] })

  /** @param {Conversation} conversation */
  function drawRow(conversation) {
    const { id, at, exchanges } = conversation
    const first = exchanges[0]?.question ?? ''
    const remove = given(button('Delete', () => {
      forget(id)
      onForget(id)
      draw()
      ;(list.querySelector('button') ?? document.getElementById('panel-title'))?.focus()
    }), { 'aria-label': `Delete: ${first}` })
    const open = button(first, () => show(conversation), 'paper-title')
    const when = new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
    return create('li', { class: 'kept' }, create('div', {}, open, create('p', { class: 'facts' }, `${when} · ${exchanges.length === 1 ? '1 question' : `${exchanges.length} questions`}`)), remove)
  }
}
