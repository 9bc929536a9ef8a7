/** Reads the turns of a conversation: which papers the last answer named, in the order of their numbers. */
import type { Turn } from '../answer.js'
import { withoutMarkdown } from '../writing/markdown.js'

const EMPHASISED = String.raw`(?<![\\*\w])\*(?!\s)((?:\\.|[^*\\\n]){3,400})(?<!\s)\*(?![*\w])`
const BOLD = String.raw`(?<![\\*\w])\*\*(?!\s)((?:\\.|[^*\\\n]){3,400}?)(?<!\s)\*\*(?![*\w])`
const LINKED = String.raw`\[(?!\d+\])((?:\\.|[^\]\\\n]){3,400})\]\(`
const MARKER = String.raw`\[(\d{1,2})\]`
const NAMES_AND_MARKERS = new RegExp(`${BOLD}|${EMPHASISED}|${LINKED}|${MARKER}`, 'g')

/** "[1] Ada Brook. Cold nets (digest). 2021" */
const SOURCE_LINE = /^\[(\d{1,2})\] (.{3,400})$/gm
/** "Cold nets reports: “…” [1]", where the emphasis was lost on the way. */
const INTRODUCED = /(?:^|\n|\] )(?:[-•] )?(?:[^“\n]{0,80}?according to |On [^,\n]{1,80}, |So does )?([^“\n]{3,300}?)(?: (?:reports|says|explains|bears on it as well|describes [^“\n]{1,80}? as follows|sets [^“\n]{1,120}? beside [^“\n]{1,120}?))?: “[^”]*” ?\[(\d{1,2})\]/g

/** Those that it is known to cite, else those that its text names. */
export function papersOf({ content, cites }: Turn): readonly string[] {
  return cites ?? papersNamedIn(content)
}

/**
 * The titles that an answer names, as they stand in it: those with a number in the order of the numbers, else in the
 * order in which they are named. Reads our own Markdown, Markdown links, and plain text with or without a list of sources.
 */
export function papersNamedIn(answer: string): string[] {
  const byNumber = new Map<number, string>()
  const unnumbered: string[] = []
  let last: string | undefined
  for (const [, bold, emphasised, linked, marker] of outsideQuotes(withoutThoughts(answer)).matchAll(NAMES_AND_MARKERS)) {
    const title = (isHeading(bold) ? undefined : bold) ?? emphasised ?? linked
    if (title !== undefined) {
      last = withoutMarkdown(title).trim()
      if (!unnumbered.includes(last)) unnumbered.push(last)
    } else if (marker !== undefined && last !== undefined && !byNumber.has(Number(marker))) byNumber.set(Number(marker), last)
  }
  if (byNumber.size === 0) {
    for (const [, title, marker] of answer.matchAll(INTRODUCED)) if (!byNumber.has(Number(marker))) byNumber.set(Number(marker), (title as string).trim())
    for (const [, marker, line] of answer.matchAll(SOURCE_LINE)) if (!byNumber.has(Number(marker))) byNumber.set(Number(marker), titleOfSource(line as string))
  }
  if (byNumber.size === 0) return unnumbered
  return [...byNumber].sort(([a], [b]) => a - b).map(([, title]) => title)
}

/** "**Sources**", "**Note:**": what a chat client or another model puts above a part. */
function isHeading(bold: string | undefined): boolean {
  return bold !== undefined && (bold.endsWith(':') || bold.trim().split(/\s+/).length < 2)
}

/** Quotes hold asterisks and brackets of their own. */
function outsideQuotes(text: string): string {
  return withoutParts(text, [/“/g, /”/g], '“”')
}

/** Chat clients keep what a model thought aloud in the turn. */
export function withoutThoughts(text: string): string {
  return withoutParts(withoutParts(text, [/<details[^<>]*>/gi, /<\/details>/gi], ' '), [/<think>/gi, /<\/think>/gi], ' ')
}

/** Puts something else in the place of each part from what opens it to what closes it; one pattern for both would read on to the end from every opening that nothing closes. */
function withoutParts(text: string, [opening, closing]: readonly [RegExp, RegExp], instead: string): string {
  let rest = ''
  let from = 0
  for (;;) {
    opening.lastIndex = from
    const open = opening.exec(text)
    closing.lastIndex = opening.lastIndex
    if (open === null || closing.exec(text) === null) return rest + text.slice(from)
    rest += text.slice(from, open.index) + instead
    from = closing.lastIndex
  }
}

function titleOfSource(line: string): string {
  return line.replace(/ \(digest\).*$/, '').replace(/^[^.]{3,80} et al\.? /, '').trim()
}
