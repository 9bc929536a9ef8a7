/** Writes references as BibTeX, in UTF-8. */
import { primaryClass } from './facts.js'
import type { Reference } from './facts.js'
import type { GroupName, Name } from './names.js'

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '\\&', '%': '\\%', $: '\\$', '#': '\\#', _: '\\_',
  '\\': '\\textbackslash{}', '^': '\\textasciicircum{}', '~': '\\textasciitilde{}',
  // TeX's old font encoding prints these three as ¡, ¿ and a dash.
  '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}',
  // BibTeX counts braces even behind a backslash: these two never unbalance an entry.
  '{': '\\textbraceleft{}', '}': '\\textbraceright{}',
}

/**
 * `@article`, `@inproceedings` or `@misc`, with the eprint fields of arXiv (arxiv.org/help/hypertex/bibstyles). Accents stay
 * as they are, for biber and for BibTeX under a LaTeX of 2018 or later; characters that TeX reads, or its fonts misprint, are
 * written as commands. Words that a style must not put into lower case stand in braces. A line of comment before the
 * entry names what is missing.
 */
export function toBibtex(references: readonly Reference[]): string {
  return references.map(entry).join('\n')
}

function entry(reference: Reference): string {
  const { paper, key, kind, names, venue, arxivId, url, doi, missing, note } = reference
  const category = primaryClass(reference)
  const fields: (readonly [string, string | undefined])[] = [
    ['title', protectedTitle(paper.title)],
    ['author', names.length === 0 ? undefined : names.map(bibtexName).join(' and ')],
    // What BibTeX sorts by where there is no author.
    ['key', names.length === 0 ? key : undefined],
    ['year', paper.year === undefined ? undefined : String(paper.year)],
    [kind === 'proceedings' ? 'booktitle' : 'journal', venue === undefined ? undefined : escapeTex(venue)],
    ['doi', doi?.replace(/[\s{}\\]/g, encodeURIComponent)],
    ['eprint', arxivId],
    ['archiveprefix', arxivId === undefined ? undefined : 'arXiv'],
    ['primaryclass', category],
    ['url', url],
    // Standard styles print `note`, not `annote`: what we say of our library is not for a reference list.
    ['annote', note === undefined ? undefined : escapeTex(note)],
  ]
  const written = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]))
  const comment = missing.length === 0 ? '' : `% ${key}: the library does not know ${missing.join(', ')}\n`
  const type = { journal: 'article', proceedings: 'inproceedings', preprint: 'misc', unknown: 'misc' }[kind]
  return `${comment}@${type}{${key},\n${written.join(',\n')}\n}\n`
}

function escapeTex(text: string): string {
  return text.replace(/[&%$#_\\^~{}<>|]/g, (character) => ESCAPED[character] as string)
}

function bibtexName(name: Name | GroupName): string {
  if ('literal' in name) return `{${escapeTex(name.literal)}}`
  const family = [name.particle, guarded(name.family)].filter((part) => part !== undefined).join(' ')
  return [family, name.suffix, name.given === undefined ? undefined : guarded(name.given)].filter((part) => part !== undefined).join(', ')
}

/** " and " between names is BibTeX's own, as is a small word within one. */
function guarded(part: string): string {
  const escaped = escapeTex(part)
  return /(?:^|\s)\p{Ll}/u.test(part) || part.includes(',') ? `{${escaped}}` : escaped
}

const WORD = /\S+/gu

/**
 * Braces around each word with a capital behind its start (`BERT`, `MiniCache`, `T5`), and, in a title that is otherwise
 * in lower case, around each capitalised one: there it is a name ("a Bayesian view").
 */
function protectedTitle(title: string): string {
  const isSentence = isSentenceCase(title)
  return title.replace(WORD, (word, at: number) => {
    const [, lead = '', core = '', tail = ''] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/u.exec(word) ?? []
    const startsSentence = at === 0 || /[.:?!—–]\s*$/.test(title.slice(0, at))
    const keeps = /.\p{Lu}|\p{Lu}.*\d/u.test(core) || (/^\p{Lu}/u.test(core) && ((isSentence && !startsSentence) || (core.length === 1 && !/^[AI]$/.test(core))))
    return keeps ? `${escapeTex(lead)}{${escapeTex(core)}}${escapeTex(tail)}` : escapeTex(word)
  })
}

function isSentenceCase(title: string): boolean {
  const long = (title.match(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu) ?? []).slice(1).filter((word) => word.length > 4)
  return long.length > 0 && long.filter((word) => /^\p{Ll}/u.test(word)).length > long.length / 2
}
