/** Lays an answer out for a person to read on a terminal. */
import type { Answer, Citation } from '../answer.js'
import { withoutMarkdown } from './markdown.js'

/** Plain text: the answer, then its sources with their facts; quotes are in the answer already. */
export function renderAnswer({ answer, citations, answerable }: Answer): string {
  const sources = citations.map(renderSource)
  return [
    withoutMarkdown(answer),
    ...(sources.length === 0 ? [] : ['', 'Sources', ...sources]),
    ...(answerable.suggestion === undefined ? [] : ['', answerable.suggestion]),
  ].join('\n')
}

function renderSource({ number, paper }: Citation): string {
  const authors = paper.authors === undefined ? '' : paper.authors.length > 3 ? `${paper.authors[0]} et al. ` : `${paper.authors.join(', ')}. `
  const facts = [paper.venue, paper.year, paper.url ?? (paper.doi === undefined ? undefined : `https://doi.org/${paper.doi}`)].filter((fact) => fact !== undefined)
  const digest = paper.digest === true ? ' (digest)' : ''
  return `[${number}] ${authors}${paper.title}${digest}${facts.length === 0 ? '' : `. ${facts.join(', ')}`}\n    ${paper.id}`
}
