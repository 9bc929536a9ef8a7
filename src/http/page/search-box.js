/** Searches the library while one types: a field with a list below that the arrow keys walk (ARIA 1.2, combobox). */
import { failureOf, getJson, isAbort } from './api.js'
import { announce, counted, create, fill } from './dom.js'
import { factsOf } from './facts.js'
/** @import { Paper, Quote } from './types.js' */

/** @typedef {{ readonly paper: Paper, readonly quotes?: readonly Quote[] }} Found */

/** How long the typing must rest, in milliseconds. */
const REST = 160
const BY_NAME = 4
const BY_MEANING = 8

/**
 * @param {object} options
 * @param {(paper: Paper, opener: HTMLElement) => void} options.open
 * @param {(searching: boolean) => void} options.onSearching told whether results stand there
 */
export function searchBox({ open, onSearching }) {
  const list = create('ul', { id: 'search-results', role: 'listbox', class: 'results', 'aria-label': 'Papers found' })
  const state = create('p', { class: 'note', hidden: true })
  const input = create('input', {
    id: 'search', type: 'search', role: 'combobox', autocomplete: 'off', spellcheck: 'false', maxlength: 500, placeholder: 'Title, author, or what it is about',
    'aria-label': 'Search the library', 'aria-expanded': 'false', 'aria-controls': 'search-results', 'aria-autocomplete': 'list',
    input: schedule, keydown: onKey,
  })
  /** @type {readonly Paper[]} */
  let papers = []
  let active = -1
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let controller = new AbortController()
  return { input, element: create('div', { class: 'search' }, input, state, list), stop: () => controller.abort() }

  function schedule() {
    clearTimeout(timer)
    controller.abort()
    controller = new AbortController()
    const query = input.value.trim()
    if (query === '') return show([])
    timer = setTimeout(() => void search(query, controller.signal), REST)
  }

  /** Names that contain what is typed come first, as half a word means nothing to the other search. @param {string} query @param {AbortSignal} signal */
  async function search(query, signal) {
    list.setAttribute('aria-busy', 'true')
    try {
      const [named, meant] = await Promise.all([
        /** @type {Promise<{ papers: Paper[] }>} */ (getJson(`v1/papers?limit=${BY_NAME}&query=${encodeURIComponent(query)}`, { signal })),
        /** @type {Promise<{ results: Found[] }>} */ (getJson('v1/search', { body: { query, limit: BY_MEANING }, signal })),
      ])
      const known = new Set(named.papers.map(({ id }) => id))
      const quotes = new Map(meant.results.map((found) => [found.paper.id, found.quotes]))
      const near = meant.results.filter(({ paper }) => !known.has(paper.id) && mayMean(query, paper))
      show([...named.papers.map((paper) => ({ paper, quotes: quotes.get(paper.id) ?? [] })), ...near], query)
    } catch (error) {
      if (isAbort(error)) return
      show([])
      state.textContent = failureOf(error).message
      state.hidden = false
    } finally {
      if (!signal.aborted) list.setAttribute('aria-busy', 'false')
    }
  }

  /** @param {readonly Found[]} found @param {string} [query] absent: nothing was searched for */
  function show(found, query) {
    papers = found.map(({ paper }) => paper)
    fill(list, ...found.map(option))
    activate(-1)
    input.setAttribute('aria-expanded', String(found.length > 0))
    state.hidden = query === undefined || found.length > 0
    state.textContent = query === undefined ? '' : `Nothing in this library is near “${query}”.`
    if (query !== undefined) announce(found.length === 0 ? 'Nothing found.' : `${counted(found.length, 'paper')} found; use the arrow keys.`)
    onSearching(input.value.trim() !== '')
  }

  /** @param {Found} found @param {number} i */
  function option({ paper, quotes = [] }, i) {
    const [quote] = quotes
    return create('li', { id: `found-${i}`, role: 'option', 'aria-selected': 'false', dir: 'auto', click: () => open(paper, input) },
      create('span', { class: 'paper-title' }, paper.title),
      create('span', { class: 'facts' }, factsOf(paper)),
      quote !== undefined && create('span', { class: 'excerpt' }, quote.text))
  }

  /** @param {number} i of the option that Enter opens; -1: none */
  function activate(i) {
    active = i
    for (const [n, element] of [...list.children].entries()) element.setAttribute('aria-selected', String(n === i))
    const chosen = list.children[i]
    if (chosen === undefined) return input.removeAttribute('aria-activedescendant')
    input.setAttribute('aria-activedescendant', chosen.id)
    chosen.scrollIntoView({ block: 'nearest' })
  }

  /** @param {Event} event */
  function onKey(event) {
    const { key } = /** @type {KeyboardEvent} */ (event)
    const last = papers.length - 1
    const chosen = papers[active]
    if (key === 'ArrowDown' && last >= 0) activate(active >= last ? 0 : active + 1)
    else if (key === 'ArrowUp' && last >= 0) activate(active <= 0 ? last : active - 1)
    else if (key === 'Enter' && chosen !== undefined) open(chosen, input)
    else if (key === 'Escape' && input.value !== '') {
      input.value = ''
      schedule()
    } else return
    event.preventDefault()
  }
}

/** One word may be half typed yet; then what does not hold it is only near by chance. @param {string} query @param {Paper} paper */
function mayMean(query, { title, abstract }) {
  return /\s/.test(query) || `${title} ${abstract}`.toLowerCase().includes(query.toLowerCase())
}
