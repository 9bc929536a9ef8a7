/** The papers near a paper, each with its reasons. */
import { failureOf, getJson, isAbort } from './api.js'
import { button, create, fill } from './dom.js'
import { factsOf } from './facts.js'
/** @import { Paper, Quote } from './types.js' */

/** @typedef {{ paper: Paper, similarity: number, why: { sharedTerms: string[], pairs: { seedSentence: Quote, hitSentence: Quote }[] } }} RelatedPaper */

const SHOWN = 5

/**
 * A section that fills itself.
 *
 * @param {Pick<Paper, 'id'>} paper
 * @param {(paper: Paper) => Node} titleOf draws a title so that it leads to its paper
 * @param {AbortSignal} [signal]
 */
export function relatedList({ id }, titleOf, signal) {
  const body = create('div', { 'aria-busy': 'true' }, create('p', { class: 'note' }, 'Looking for its neighbours…'))
  const section = create('section', { class: 'related', 'aria-labelledby': 'related-title' }, create('h3', { id: 'related-title' }, 'Related in this library'), body)
  void load()
  return section

  async function load() {
    try {
      /** @type {{ results: RelatedPaper[], notice?: string }} */
      const { results, notice } = await getJson(`v1/papers/${encodeURIComponent(id)}/related?limit=${SHOWN}`, { signal })
      if (results.length === 0) fill(body, create('p', { class: 'note' }, 'The library has no other paper near it.'))
      else fill(body, notice !== undefined && create('p', { class: 'note' }, notice), create('ol', { class: 'papers' }, ...results.map((result) => drawResult(result, titleOf))))
    } catch (error) {
      if (isAbort(error)) return
      fill(body, create('p', { class: 'note warning' }, failureOf(error).message), button('Try again', load))
    } finally {
      body.setAttribute('aria-busy', 'false')
    }
  }
}

/** @param {RelatedPaper} result @param {(paper: Paper) => Node} titleOf */
function drawResult({ paper, why }, titleOf) {
  const [pair] = why.pairs
  return create('li', {},
    titleOf(paper),
    create('p', { class: 'facts', dir: 'auto' }, factsOf(paper)),
    why.sharedTerms.length > 0 && create('p', { class: 'facts' }, 'Both speak of ', create('span', { class: 'terms' }, why.sharedTerms.join(', '))),
    pair !== undefined && create('details', {}, create('summary', {}, 'Where they meet'),
      create('p', { class: 'pair', dir: 'auto' }, create('span', { class: 'label' }, 'Here'), ` “${pair.seedSentence.text}”`),
      create('p', { class: 'pair', dir: 'auto' }, create('span', { class: 'label' }, 'There'), ` “${pair.hitSentence.text}”`)),
  )
}
