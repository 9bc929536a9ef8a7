/** Makes of a language model's Markdown the plain text that is checked and sent, and of its markers numbers. */
import { cleanText } from '../../text/clean.js'

const NUMBERS = String.raw`\d{1,3}(?:\s*(?:,|;|&|\band\b|\bto\b|-|–|—)\s*(?:sources?\s*)?\^?\d{1,3})*`
const NAMED = String.raw`(?:sources?|refs?\.?|references?|papers?|citations?|documents?)\s*(?:no\.?\s*)?[:#]?\s*`

/** `[1]`, `[1, 2]`, `[1-3]`, `[Source 1]`, `(sources 1 and 2)`, `【1†a】`, `[^1]`, `\[1\]`, `[[1]](address)`, `<sup>1</sup>`, ` ^1`. */
const MARKER = new RegExp(
  String.raw`\s*(?:\\?(?:\[{1,2}|［|【)\s*\^?#?(?:${NAMED})?(${NUMBERS})\s*(?:†[^\]】\n]{0,40})?\\?(?:\]{1,2}|］|】)(?:\([^)\s]{0,200}\))?|\(\s*${NAMED}(${NUMBERS})\s*\)|<sup>\s*\[?(${NUMBERS})\]?\s*</sup>|(?<=[\s.”"])\^(${NUMBERS})(?=[\s.,;:!?]|$))`,
  'giu',
)

/** Of the pattern, one for each form. */
const GROUPS = 4

export interface Marked {
  readonly text: string
  /** In the order of their first use; a range gives each of its numbers. */
  readonly numbers: readonly number[]
}

/** The text without its citation markers, and the numbers that they give. Brackets with a zero, such as `[0, 1]`, are none. */
export function takeMarkers(text: string): Marked {
  const numbers = new Set<number>()
  const rest = text.replace(MARKER, (marker: string, ...groups: unknown[]) => {
    const list = groups.slice(0, GROUPS).find((group) => typeof group === 'string') as string
    const given = expand(list)
    if (given.includes(0)) return marker
    for (const number of given) numbers.add(number)
    const after = text[(groups[GROUPS] as number) + marker.length]
    return after !== undefined && /[\p{L}\p{N}]/u.test(after) ? ' ' : ''
  })
  return { text: rest, numbers: [...numbers] }
}

const MAX_RANGE = 20

/** `1, 3-5` → 1, 3, 4, 5. */
function expand(list: string): number[] {
  return list.split(/\s*(?:,|;|&|\band\b)\s*/i).flatMap((part) => {
    const [first = 0, last = first] = (part.match(/\d+/g) ?? []).map(Number)
    return last < first || last - first > MAX_RANGE ? [first, last] : Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

/** Closing punctuation before markers: `so it is. [1][2]` → `so it is [1][2].`, where the sentence ends. */
const STOP_BEFORE_MARKERS = new RegExp(String.raw`([.!?…]["'”’)]*)((?:${MARKER.source})+)(?=\s|$)`, 'giu')

export function markersBeforeStop(text: string): string {
  return text.replace(STOP_BEFORE_MARKERS, '$2$1')
}

/** What could still act as a link, an image or a tag. */
const ACTIVE = /!\[|\][([]/
const OPEN_TAG = /<(?=[a-z/!?])/gi

const MAX_ROUNDS = 6

/** Without links, images, tags and emphasis: what a person would read aloud. Nothing in it acts as Markdown or HTML. */
export function withoutMarkup(text: string): string {
  let plain = text
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = plain
    plain = cleanText(withoutOneLayer(plain))
    if (plain === before) break
  }
  // What is nested deeper, or never closed, loses the characters that it is made of.
  const inert = ACTIVE.test(plain) ? cleanText(plain.replace(/[[\]!`]/g, ' ')) : plain
  return inert.replace(OPEN_TAG, '< ').replace(/\s+([.,;:?])/g, '$1')
}

function withoutOneLayer(text: string): string {
  return text
    .replace(/!\[[^\]\n]*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])/g, ' ')
    .replace(/\[([^\]\n]*)\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])/g, '$1')
    .replace(/<(script|style)\b[^<>]*>[^<]*<\/\1\s*>/gi, ' ')
    .replace(/<!--.*?-->|<\/?[a-z][^<>\n]*>/gi, ' ')
    .replace(/(?<![\w*])(\*{1,3}|_{1,3}|~~)(?=\S)([^\n]*?\S)\1(?![\w*])/g, '$2')
    .replace(/`{1,3}([^`\n]*)`{1,3}/g, '$1')
    .replace(/\\([*_[\]<>`#|~!])/g, '$1')
}
