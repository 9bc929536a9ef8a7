/** Reads a draft in Markdown or LaTeX: its sentences, where they stand, and what is cited already. */
import type { Span } from '../../papers/paper.js'
import { textSentences } from '../../retrieval/related/seed.js'
import { cleanText } from '../../text/clean.js'
import { subjectTerms } from '../../text/terms.js'

export interface ManuscriptSentence extends Span {
  /** As sent: `text === draft.slice(start, end)`. */
  readonly text: string
  /** As it is compared: without citations, commands and markup. */
  readonly plain: string
  /** It holds a citation already: `\cite{…}`, `[@…]`, `[12]`, `(Brook et al., 2021)`. */
  readonly isCited: boolean
}

export type CitationStyle = 'pandoc' | 'latex'

const LATEX = /\\(?:documentclass|begin|section|subsection|paragraph|cite[a-zA-Z]*|label|ref|emph|textbf|textit)\b/

/** What holds no prose; longer stretches before shorter ones. Every repetition that could be sought again from each place is bounded. */
const NO_PROSE = [
  /^(?:```|~~~)[\s\S]*?(?:^(?:```|~~~)[^\S\n]*$|$(?![\s\S]))/gm,
  /\\begin\{(equation|align|gather|multline|figure|table|tabular|lstlisting|verbatim|tikzpicture|algorithm)(\*?)\}[\s\S]{0,8000}?\\end\{\1\2\}/g,
  /\\\[[\s\S]{0,2000}?\\\]|\$\$[\s\S]{0,2000}?\$\$/g,
  /\\(?:documentclass|usepackage|title|author|date|section|subsection|subsubsection|paragraph|chapter|label|bibliography|bibliographystyle|begin|end|maketitle|item|newcommand|input|include)\*?(?:\[[^[\]\n]{0,200}\])?(?:\{[^{}\n]{0,300}\}){0,3}/g,
  /^#{1,6}\s.*$/gm,
  /^[^\S\n]*\|.*\|[^\S\n]*$/gm,
  /^[^\S\n]*(?:[-*+]|\d{1,3}\.)[^\S\n]+/gm,
  /!\[[^[\]\n]{0,300}\]\([^()\n]{0,500}\)/g,
]

/** To the end of its line, in LaTeX; elsewhere a percent sign is one. */
const COMMENT = /(?<!\\)%.*$/gm

const CITATION = /~?\\[a-zA-Z]{0,12}cite[a-zA-Z]{0,12}\*?(?:\[[^[\]]{0,200}\]){0,2}\{[^{}]{0,500}\}|\[[^[\]\n@]{0,200}@\w[^[\]\n]{0,400}\]|(?<!\w)@[a-zA-Z][\w:-]{0,80}|\[\d{1,4}(?:\s?[,–-]\s?\d{1,4}){0,40}\]|\((?:see |cf\. |e\.g\.,? )?\p{Lu}[^()\n]{0,400}\b(?:19|20)\d\d[a-z]?\)|\b\p{Lu}[\p{L}’'-]{0,40} (?:et al\.?|and \p{Lu}[\p{L}’'-]{0,40}) \((?:19|20)\d\d[a-z]?\)/gu

export function styleOf(draft: string): CitationStyle {
  return LATEX.test(draft) ? 'latex' : 'pandoc'
}

/** In order. Headings, tables, formulas, code and comments are passed over; sentences of fewer than three subject words too. */
export function readManuscript(draft: string, style: CitationStyle): ManuscriptSentence[] {
  const prose = (style === 'latex' ? [...NO_PROSE, COMMENT] : NO_PROSE).reduce((text, pattern) => text.replace(pattern, blank), draft)
  return textSentences(prose).flatMap(({ start, end }) => {
    const text = draft.slice(start, end)
    const plain = cleanText(prose.slice(start, end).replace(CITATION, ' ').replace(/(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)/g, '')).replace(/\s+([.,;:!?])/g, '$1')
    return subjectTerms(plain).length < 3 ? [] : [{ start, end, text, plain, isCited: [...text.matchAll(CITATION)].length > 0 }]
  })
}

/** As long as what it stands for, and the end of a paragraph: no sentence runs over it. */
function blank(stretch: string): string {
  return stretch.length < 3 ? ' '.repeat(stretch.length) : `\n\n${' '.repeat(stretch.length - 2)}`
}

/** The draft with a citation before the closing mark of each of these sentences. */
export function insertCitations(draft: string, citations: readonly (Span & { readonly key: string })[], style: CitationStyle): string {
  let result = ''
  let from = 0
  for (const { end, key, start } of citations) {
    const closing = /[.!?…]+["'”’)]*$/.exec(draft.slice(start, end))?.[0].length ?? 0
    result += `${draft.slice(from, end - closing)}${style === 'latex' ? `~\\cite{${key}}` : ` [@${key}]`}`
    from = end - closing
  }
  return result + draft.slice(from)
}
