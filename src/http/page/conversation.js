/** The conversation on the page: what was asked, what came of it, and what is asked next. */
import { ask, failureOf, isAbort } from './api.js'
import { spokenAnswer } from './answer-view.js'
import { announce, byId, calm, counted } from './dom.js'
import { exchangeView } from './exchange-view.js'
import { historyOf } from './history.js'
import { keep } from './store.js'
/** @import { Actions } from './exchange-view.js' */
/** @import { About, Answer, Conversation, Exchange } from './types.js' */

/**
 * @param {object} parts
 * @param {Omit<Actions, 'again' | 'ask'>} parts.actions
 * @param {(busy: boolean) => void} parts.onBusy told when an answer begins and ends
 * @param {() => void} parts.onChange told when there is more or less of it
 * @param {() => About | undefined} parts.about the papers that the next question is kept to
 */
export function createConversation({ actions, onBusy, onChange, about }) {
  const place = byId('conversation')
  /** @type {Conversation} */
  let conversation = anew()
  /** @type {ReturnType<typeof exchangeView>[]} */
  let views = []
  /** @type {AbortController | undefined} */
  let running

  return {
    isEmpty: () => conversation.exchanges.length === 0,
    id: () => conversation.id,
    /** @param {string} question @param {About} [of] */
    ask: (question, of = about()) => begin(question, of),
    stop: () => running?.abort(),
    /** Shows a conversation that was kept, or starts a new one. @param {Conversation} [kept] */
    show(kept = anew()) {
      running?.abort()
      conversation = kept
      views = kept.exchanges.map((exchange, i) => viewOf(exchange, i))
      place.replaceChildren(...views.map(({ element }) => element))
      onChange()
    },
  }

  /** @param {string} question @param {About | undefined} of */
  function begin(question, of) {
    if (running !== undefined) return
    void run(conversation.exchanges.length, { question, about: of, state: 'asking' })
  }

  /** @param {Exchange} exchange @param {number} i */
  function viewOf(exchange, i) {
    return exchangeView(exchange, {
      ...actions,
      ask: (question) => begin(question, about()),
      again: () => running === undefined && void run(i, { question: exchange.question, about: exchange.about, state: 'asking' }),
    })
  }

  /** Asks in place `i`: a new one, or again what failed. @param {number} i @param {Exchange} asked */
  async function run(i, asked) {
    const controller = new AbortController()
    const mine = conversation.id
    running = controller
    onBusy(true)
    set(i, asked)
    keep(conversation)
    onChange()
    views[i]?.element.scrollIntoView({ block: 'start', behavior: calm() ? 'auto' : 'smooth' })
    let now = asked
    let frame = 0
    try {
      const answer = await ask(
        { question: asked.question, history: historyOf(conversation.exchanges.slice(0, i)), ...(asked.about === undefined ? {} : { filter: { ids: asked.about.ids } }) },
        {
          signal: controller.signal,
          onArrival: (arrived) => {
            now = { ...asked, arrived }
            // Hundreds of sentences may come within a moment: once a frame is as often as anybody sees.
            frame ||= requestAnimationFrame(() => {
              frame = 0
              if (mine === conversation.id) set(i, now)
            })
          },
        },
      )
      now = { ...asked, state: 'answered', answer }
      announce(spoken(answer))
    } catch (error) {
      now = isAbort(error) ? { ...now, state: 'stopped' } : { ...now, state: 'failed', failure: failureOf(error) }
      if (isAbort(error)) announce('Stopped.')
    } finally {
      cancelAnimationFrame(frame)
      if (running === controller) running = undefined
      onBusy(running !== undefined)
    }
    if (mine !== conversation.id) return
    set(i, now)
    keep(conversation)
  }

  /** @param {number} i @param {Exchange} exchange */
  function set(i, exchange) {
    conversation = { ...conversation, at: Date.now(), exchanges: [...conversation.exchanges.slice(0, i), exchange, ...conversation.exchanges.slice(i + 1)] }
    const view = views[i]
    if (view !== undefined) return view.update(exchange)
    const fresh = viewOf(exchange, i)
    views.push(fresh)
    place.append(fresh.element)
  }
}

/** @returns {Conversation} */
function anew() {
  return { id: Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join(''), at: Date.now(), exchanges: [] }
}

/** @param {Answer} answer */
function spoken({ answer, claims, citations }) {
  const text = spokenAnswer({ text: answer, claims, citations })
  return citations.length === 0 ? text : `Answer from ${counted(citations.length, 'source')}. ${text}`
}
