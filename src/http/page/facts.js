/** Says in a line what is known of a paper, and links only to where a click is safe. */
import { create } from './dom.js'
/** @import { Paper } from './types.js' */

const AUTHORS_NAMED = 3

/** `Ada Brook, Søren Østergård et al. · Journal of Tides · 2021`, of what is known. @param {Paper} paper */
export function factsOf({ authors = [], venue, year }) {
  const named = authors.length > AUTHORS_NAMED ? `${authors.slice(0, AUTHORS_NAMED).join(', ')} et al.` : authors.join(', ')
  return [named, venue, year].filter((fact) => fact !== undefined && fact !== '').join(' · ')
}

/** The addresses of a paper elsewhere. @param {Paper} paper @returns {{ label: string, url: string }[]} */
export function addressesOf({ url, doi, arxivId }) {
  const addresses = [
    { label: 'Source', url },
    { label: 'DOI', url: doi && `https://doi.org/${encodeURI(doi)}` },
    { label: 'arXiv', url: arxivId && `https://arxiv.org/abs/${encodeURI(arxivId)}` },
  ]
  return addresses.flatMap(({ label, url }) => (url !== undefined && /^https?:\/\//i.test(url) ? [{ label, url }] : []))
}

/** @param {Paper} paper */
export function linksOf(paper) {
  return addressesOf(paper).map(({ label, url }) => create('a', { href: url, rel: 'noreferrer', target: '_blank' }, label, create('span', { class: 'visually-hidden' }, ' (opens in a new tab)')))
}
