/** What the page says before the first question: what it is, what it holds, and what can be asked of it. */
import { failureOf, getJson, ApiError } from './api.js'
import { button, byId, counted, create, fill } from './dom.js'
import { drawFailure } from './failure-view.js'
import { offers, readStatus } from './server.js'
/** @import { Status } from './server.js' */

/** @typedef {{ ask: (question: string) => void, addPapers: (opener: HTMLElement) => void, onStatus: (status: Status) => void }} WelcomeActions */

/** @param {WelcomeActions} actions */
export function setUpWelcome(actions) {
  const lead = byId('welcome-lead')
  const examples = byId('examples')
  return { refresh }

  /** Asks the server what it holds; as often as that changes. */
  async function refresh() {
    try {
      const status = await readStatus()
      actions.onStatus(status)
      if (status.papers === 0) return showEmpty()
      fill(lead, `Every sentence of an answer carries a footnote that leads to the words it rests on. What the ${counted(status.papers, 'paper')} here do not say, Footnote does not say either.`)
      await showExamples()
    } catch (error) {
      const failure = failureOf(error)
      if (error instanceof ApiError && error.code === 'not_ready') {
        fill(lead, 'The library is being opened…')
        setTimeout(() => void refresh(), (error.retryAfterSeconds ?? 1) * 1_000)
      } else fill(examples, drawFailure(failure, () => void refresh()))
    }
  }

  async function showExamples() {
    if (!(await offers('GET /v1/examples'))) return fill(examples)
    /** @type {{ questions: { question: string, papers: number }[] }} */
    const { questions } = await getJson('v1/examples')
    fill(examples, questions.length > 0 && create('h2', { class: 'label' }, 'This library can answer'), create('ol', {}, ...questions.map(({ question }) => create('li', {}, button(question, () => actions.ask(question), 'example')))))
  }

  async function showEmpty() {
    fill(lead, 'This library is empty. Add papers, and ask what they say: every sentence of an answer will carry a footnote that leads to the words it rests on.')
    fill(examples, (await offers('POST /v1/papers')) && create('div', { class: 'actions' }, button('Add papers', actions.addPapers, 'primary')))
  }
}
