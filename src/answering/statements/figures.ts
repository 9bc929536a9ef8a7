/** Reads the figures of a text with their units, so that two texts can be held against each other. */

export interface Figure {
  /** In the base unit of its kind: milliseconds as seconds, a fifth as 20 %, a thousand as 1,000. */
  readonly value: number
  /** `%`, `×`, `points`, `bytes`, `s`, …; empty for a bare number. */
  readonly unit: string
  /** As written before scaling, to tell 1 s from 1,000 ms. */
  readonly written: string
  /** `per second` and the like. */
  readonly rate: string
  /** Decimal places as written. */
  readonly decimals: number
  readonly hedge: Hedge
  /** Place in the text. */
  readonly start: number
  readonly end: number
}

export type Hedge = '' | 'about' | 'at most' | 'at least'

const NUMBER_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ')
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const FRACTIONS: Readonly<Record<string, number>> = { half: 50, halve: 50, halved: 50, halves: 50, third: 100 / 3, quarter: 25, fifth: 20, tenth: 10 }
const FOLDS: Readonly<Record<string, number>> = { 'an order of magnitude': 10, 'one order of magnitude': 10, double: 2, doubled: 2, doubles: 2, twice: 2, triple: 3, tripled: 3, triples: 3, thrice: 3 }

/** Unit as written → base unit and factor. Those that are letters of other things count only right behind a number. */
const UNITS: ReadonlyMap<string, readonly [string, number]> = new Map(
  Object.entries({
    '%': '% 1', percent: '% 1', 'per cent': '% 1', points: 'points 1', point: 'points 1', 'percentage points': 'points 1', 'percentage point': 'points 1', pp: 'points 1',
    '×': '× 1', x: '× 1', X: '× 1', times: '× 1', fold: '× 1',
    ns: 's 1e-9', µs: 's 1e-6', μs: 's 1e-6', us: 's 1e-6', ms: 's 1e-3', millisecond: 's 1e-3', milliseconds: 's 1e-3', s: 's 1', sec: 's 1', second: 's 1', seconds: 's 1',
    min: 's 60', minute: 's 60', minutes: 's 60', h: 's 3600', hr: 's 3600', hrs: 's 3600', hour: 's 3600', hours: 's 3600', day: 's 86400', days: 's 86400', week: 's 604800', weeks: 's 604800',
    month: 's 2629800', months: 's 2629800', year: 's 31557600', years: 's 31557600', decade: 's 315576000', decades: 's 315576000',
    bit: 'bits 1', bits: 'bits 1', byte: 'bytes 1', bytes: 'bytes 1', kB: 'bytes 1e3', KB: 'bytes 1e3', MB: 'bytes 1e6', GB: 'bytes 1e9', TB: 'bytes 1e12', KiB: 'bytes 1024', MiB: 'bytes 1048576', GiB: 'bytes 1073741824',
    pJ: 'J 1e-12', nJ: 'J 1e-9', µJ: 'J 1e-6', μJ: 'J 1e-6', mJ: 'J 1e-3', J: 'J 1', kJ: 'J 1e3', MJ: 'J 1e6', kWh: 'J 3.6e6', mW: 'W 1e-3', W: 'W 1', kW: 'W 1e3', MW: 'W 1e6', mV: 'V 1e-3', V: 'V 1',
    Hz: 'Hz 1', kHz: 'Hz 1e3', MHz: 'Hz 1e6', GHz: 'Hz 1e9', nm: 'm 1e-9', µm: 'm 1e-6', μm: 'm 1e-6', mm: 'm 1e-3', cm: 'm 1e-2', m: 'm 1', km: 'm 1e3',
    µg: 'g 1e-6', μg: 'g 1e-6', mg: 'g 1e-3', g: 'g 1', kg: 'g 1e3', t: 'g 1e6', ml: 'L 1e-3', mL: 'L 1e-3', l: 'L 1', L: 'L 1', '°C': '°C 1', K: 'K 1', mmHg: 'mmHg 1', kPa: 'Pa 1e3', Pa: 'Pa 1', dB: 'dB 1',
    FLOPs: 'FLOPs 1', GFLOPs: 'FLOPs 1e9', TFLOPs: 'FLOPs 1e12', ppm: 'ppm 1', fps: '/second 1',
  }).map(([name, entry]): [string, [string, number]] => [name, [entry.split(' ')[0] as string, Number(entry.split(' ')[1])]]),
)
const SCALES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, thousand: 1e3, M: 1e6, million: 1e6, B: 1e9, billion: 1e9, T: 1e12, trillion: 1e12 }

const escaped = (names: readonly string[]) => [...names].sort((a, b) => b.length - a.length).join('|')
const BELOW_HUNDRED = `(?:${TENS.join('|')})(?:[- ](?:${escaped(NUMBER_WORDS.slice(1, 10))}))?|${escaped(NUMBER_WORDS.slice(2))}`
const HUNDREDS = `(?:an?|${escaped(NUMBER_WORDS.slice(1, 10))}) hundred(?: (?:and )?(?:${BELOW_HUNDRED}))?`
const WORDS = `${HUNDREDS}|${escaped([...Object.keys(FOLDS)])}|(?:an? |one[- ])(?:${escaped(Object.keys(FRACTIONS))})|half|halved?|halves|(?:${BELOW_HUNDRED})[- ]?fold|${BELOW_HUNDRED}`
const NUMBER = String.raw`(?<![\p{L}\p{N}_.,]|\p{L}[\p{N}.]*[-_/^])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d_]|\.\d)`
const FIGURE = new RegExp(`${NUMBER}|(?<![\\p{L}\\p{N}-]|\\b(?:the|these|those|all) )(${WORDS})(?![\\p{L}\\p{N}])`, 'giu')
const SCALE = /^(?:\s?(thousand|million|billion|trillion)\b|([kKMBT])(?![\p{L}\p{N}]))/u
/** A word may stand between: "90 GPU hours". */
const UNIT = new RegExp(String.raw`^(?:[\s\u2009]?[-‐–]?(${escaped([...UNITS.keys()])})(?![\p{L}\p{N}])|\s\p{L}[\p{L}-]*\s((?:milli)?seconds|minutes|hours|days|weeks|months|years|points)\b)`, 'u')
const RATE = /^\s*(?:\p{L}+\s+){0,2}(?:per|an?|each|every|\/)\s*(second|minute|hour|day|week|month|year|image|token)\b/u
const HEDGES: readonly (readonly [Hedge, RegExp])[] = [
  ['at most', /(?:up to|at most|as much as|as many as|no more than|less than|fewer than|below|under|within|<|≤|[<≤] ?or ?=)\s*$/i],
  ['at least', /(?:at least|as little as|no less than|more than|over|above|exceeding|>|≥|[>≥] ?or ?=)\s*$/i],
  ['about', /(?:about|around|approximately|roughly|nearly|almost|some|circa|close to|~|≈)\s*$/i],
]
/** "70 mmHg or less" */
const BOUNDS: readonly (readonly [Hedge, RegExp])[] = [
  ['at most', /^ or (?:less|lower|fewer|below|under|younger|shorter)\b/i],
  ['at least', /^ or (?:more|higher|above|over|greater|older|longer|later)\b/i],
]
/** What stands between the members of a list or a range that share the unit of the last. */
const SHARED = /^\s*(?:,|and|or|to|through|[-–—/]|,\s*(?:and|or))\s*$/

/** In order. Digits in names (`ResNet-50`, `W4A8`) are none, and "one" is a word. */
export function figuresOf(text: string): Figure[] {
  const found: Figure[] = []
  for (const match of text.matchAll(FIGURE)) {
    // "(1)" counts the parts of a list, or points at a source.
    if (text[match.index - 1] === '(' && text[match.index + match[0].length] === ')' && /^\d{1,2}$/.test(match[0])) continue
    const figure = match[1] === undefined ? fromWord(match[0].toLowerCase(), text, match.index, match[0].length) : fromDigits(match[1], text, match.index)
    if (figure !== undefined) found.push(figure)
  }
  for (let i = found.length - 2; i >= 0; i--) {
    const [figure, next] = [found[i] as Figure, found[i + 1] as Figure]
    if (figure.unit !== '' || next.unit === '' || !SHARED.test(text.slice(figure.end, next.start))) continue
    const factor = UNITS.get(next.written)?.[1] ?? 1
    found[i] = { ...figure, value: figure.value * factor, unit: next.unit, written: next.written, rate: next.rate }
  }
  return found
}

function fromDigits(digits: string, text: string, start: number): Figure | undefined {
  const scale = SCALE.exec(text.slice(start + digits.length))
  const scaled = start + digits.length + (scale?.[0].length ?? 0)
  const value = Number(digits.replaceAll(',', '')) * (SCALES[scale?.[1] ?? scale?.[2] ?? ''] ?? 1)
  const name = /^[\p{L}]/u.exec(text.slice(scaled))
  const figure = measured(value, text, start, scaled, /\.(\d+)/.exec(digits)?.[1]?.length ?? 0)
  // `3D`, `2nd`, `4a`: a letter sticks to it that is no unit.
  return name !== null && figure.unit === '' ? undefined : figure
}

function fromWord(word: string, text: string, start: number, length: number): Figure | undefined {
  const end = start + length
  const common = { written: '', rate: '', decimals: 0, hedge: hedgeAt(text, start), start, end }
  const fraction = FRACTIONS[word.split(/[- ]/).at(-1) as string]
  if (fraction !== undefined) return { ...common, value: fraction, unit: '%', hedge: common.hedge === '' ? 'about' : common.hedge }
  const fold = FOLDS[word]
  if (fold !== undefined) return { ...common, value: fold, unit: '×' }
  const number = inFigures(word.replace(/[- ]?fold$/, ''))
  if (/fold$/.test(word)) return { ...common, value: number, unit: '×' }
  return measured(number, text, start, end, 0)
}

/** "one hundred fifty" is 150, "twenty-four" 24. */
function inFigures(words: string): number {
  return words.split(/[- ]/).reduce((sum, word) => {
    if (word === 'hundred') return Math.max(1, sum) * 100
    const unit = NUMBER_WORDS.indexOf(word)
    return sum + (unit >= 0 ? unit : word === 'and' ? 0 : word === 'a' || word === 'an' ? 1 : (TENS.indexOf(word) + 2) * 10)
  }, 0)
}

function measured(value: number, text: string, start: number, end: number, decimals: number): Figure {
  const unit = UNIT.exec(text.slice(end))
  const written = unit?.[1] ?? unit?.[2] ?? ''
  const [base = '', factor = 1] = UNITS.get(written) ?? []
  const after = end + (unit?.[0].length ?? 0)
  const rate = RATE.exec(text.slice(after))?.[1] ?? ''
  // "By a factor of 18" is 18 times.
  const [kind, sign] = base === '' && /\bfactors? of (?:about |around |up to |over |more than )?$/i.test(text.slice(Math.max(0, start - 24), start)) ? ['×', '×'] : [base, written]
  const behind = BOUNDS.find(([, pattern]) => pattern.test(text.slice(after)))?.[0]
  return { value: value * factor, unit: kind, written: sign, rate, decimals, hedge: behind ?? hedgeAt(text, start), start, end: after }
}

function hedgeAt(text: string, start: number): Hedge {
  const before = text.slice(Math.max(0, start - 16), start)
  return HEDGES.find(([, pattern]) => pattern.test(before))?.[0] ?? ''
}

/** Conversions such as 12 months to a year are not exact. */
const CONVERTED = 2e-3

/** Whether a claim's figure says what a source's figure says, in whatever unit of its kind; a bare number may leave a `%` out. */
export function sameFigure(claim: Figure, source: Figure): boolean {
  if (claim.rate !== '' && source.rate !== '' && claim.rate !== source.rate) return false
  if (claim.unit !== source.unit && !(claim.unit === '' && (source.unit === '%' || source.unit === '×'))) return false
  const tolerance = claim.written === source.written ? 1e-9 : CONVERTED
  if (Math.abs(claim.value - source.value) <= tolerance * Math.abs(source.value)) return true
  return claim.hedge === 'about' && rounded(claim, source)
}

/** "about 93%" for 93.05%, "a third" for 33%. */
function rounded(claim: Figure, source: Figure): boolean {
  if (claim.written === '' && claim.unit === '%') return Math.abs(claim.value - source.value) <= 2
  return claim.written === source.written && claim.decimals < source.decimals && Math.abs(claim.value - source.value) <= 0.5 * 10 ** -claim.decimals
}
