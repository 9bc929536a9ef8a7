/** The grammar of left-out words: which part of one question another one stands in for. */
import { isStopWord, subjectTerms } from '../../text/terms.js'
import { counterpartOf } from './counterparts.js'

/** Words that say what is asked of a thing, never which thing. */
const GENERIC = new RegExp(
  String.raw`^(?:accurac(?:y|ies)|accurate|performance|perform(?:s|ed)?|speed(?:-?up)?s?|fast(?:er|est)?|slow(?:er)?|latency|throughput|memory|energy|power|cost(?:s|ly)?|cheap(?:er|est)?|size|sizes|large|small|big|parameters?|params?|flops|error|errors|loss|scores?|metrics?|results?|findings?|figures?|numbers?|numerical|dataset|datasets|data|benchmarks?|baselines?|tasks?|experiments?|evaluat\w+|test(?:s|ed)?|validat\w+|train(?:s|ed|ing)?|compar(?:e|es|ed|ison)|better|best|worse|improv\w+|gains?|reduc\w+|sav(?:e|es|ed|ings?)|achiev\w+|reach(?:es|ed)?|report(?:s|ed)?|measur\w+|limit(?:s|ations?)?|drawbacks?|weakness(?:es)?|advantages?|disadvantages?|benefits?|problems?|downsides?|trade-?offs?|code|implementation|available|released?|hardware|gpus?|devices?|works?|working|methods?|approach(?:es)?|techniques?|models?|architecture|algorithm|idea|main|key|difference|differ|named|called|year|published|venue|long|many|much|high|low|exactly|actually|happen(?:s|ed)?|mean(?:s)?|true|reason|conclusion|contribution|purpose|goal|time|times|hours|compute|require(?:s|d|ments)?|need(?:s|ed)?|settings?|conditions?|percent(?:age)?|rate|factor|overhead|relate[sd]?|say|one|two|find|found|finds|show(?:s|n|ed)?|conclud\w+|learn(?:ed)?|look(?:ed|s)?|patients?|participants?|subjects?|people|persons?|cases?|controls?|doses?|placebo|trials?|cohorts?|groups?|arms?|sample|samples|follow|side|effects?|effective|efficacy|outcomes?|safe|safety|adverse|events?|endpoints?|significant(?:ly)?|surveys?|reviews?|theory|simulations?|questions?|answers?|examples?|authors?|team|funded|funding|novel|new|useful|strong|weak|big(?:ger|gest)?|small(?:er|est)?|large(?:r|st)?|good|bad|high(?:er|est)?|low(?:er|est)?|far|away|old|heavy|light|pros|cons|shortcomings?|future|work|applications?|practice|assumptions?|state|art|sota|open|source|lot|deal)$`,
  'i',
)

export function isGeneric(word: string): boolean {
  return GENERIC.test(word)
}

const MEASURE = /^(?:the )?(?:(?:top-1|test|training|inference|peak|average|total|energy|memory|parameter|model|compute|computational|gpu|wall-clock)[ -])*(?:accuracy|latency|throughput|memory(?: use| usage| consumption)?|energy(?: use| consumption| cost)?|speed(?:-?up)?|cost|size|parameters?|flops|error(?: rate)?|f1|bleu|fid|recall|precision|perplexity|time|loss|overhead|quality|performance|robustness|power)$/i
const MEASURE_IN = /\b(?:(?:top-1|test|training|inference|peak|average|total)[ -])?(?:accuracy|latency|throughput|memory|energy|speed-?up|cost|size|error rate|error|f1|bleu|fid|perplexity|training time|loss|overhead|robustness|power)\b/i

/** Data and machines, on which things are tried. */
const PLACE = /(?:CIFAR|ImageNet|MNIST|COCO|GLUE|SQuAD|Kinetics|KITTI|MMLU|GSM8K|LibriSpeech|WikiText|WebText|SVHN|Sintel|ADE20K|ShareGPT|Places365|Cityscapes|\b\w*(?:GPU|NPU|CPU|FPGA|TPU)s?\b)/
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}^_./+-]*$/u
const INNER = /^(?=.*[A-Z].*[A-Z\d]|.*[a-zα-ω][A-Z\d])/u

function isName(word: string): boolean {
  return NAME.test(word) && INNER.test(word)
}

/** The first name of a question that is a thing rather than the data or machine it was tried on. */
export function nameIn(question: string): string | undefined {
  const words = question.replace(/[?.!,;:]+(?=\s|$)/g, '').split(/\s+/)
  const at = words.findIndex((word, i) => isName(word) && !PLACE.test(word) && !/^(?:on|in|at)$/i.test(words[i - 1] ?? ''))
  const name = words[at]
  const number = words[at + 1]
  // "HD 69830" of a catalogue.
  return name !== undefined && /^\p{Lu}{2,4}$/u.test(name) && number !== undefined && /^\d{2,}[\d.+-]*$/.test(number) ? `${name} ${number}` : name
}

const AUXILIARY = 'does|do|did|is|are|was|were|can|could|has|have|had|will|would|should|may|might|must'
const OPENER = new RegExp(String.raw`^\W*(?:(?:by|on|in|with|for|at|to|from|under) )?(?:who|what|which|how|why|when|where|whose|${AUXILIARY}|show|list|find|give|tell|compare|explain|describe|summari[sz]e|name|define|recommend|are there|papers?|works?)\b`, 'i')

/** Opens as a question or a request does, and goes on. */
export function isWhole(text: string): boolean {
  return OPENER.test(text) && text.trim().split(/\s+/).length >= 3
}

/** What a question asserts, from its auxiliary on: "How much energy does L-Mul save?" → "does L-Mul save energy". */
export function clauseOf(question: string): string | undefined {
  const bare = question.replace(/[?.!\s]+$/, '')
  const asked = new RegExp(String.raw`^(?:(?:by|on|in|with|for|at|to|from) )?(?:how (?:much|many)|what|which|how|why|when|where)(?: ((?!${AUXILIARY}\b)[\w -]*?))? (?=(?:${AUXILIARY})\b)(.+)$`, 'i').exec(bare)
  const [, noun = '', rest] = asked ?? []
  if (rest !== undefined) return rest.split(' ').length < 3 ? undefined : noun === '' ? rest : withObject(rest, noun)
  return new RegExp(String.raw`^(?:${AUXILIARY})\b`, 'i').test(bare) && bare.split(' ').length >= 3 ? bare.charAt(0).toLowerCase() + bare.slice(1) : undefined
}

/** The object stands behind the verb: "does L-Mul save" and "energy" before "for dot products". */
function withObject(clause: string, noun: string): string {
  const [, verb = clause, rest = ''] = /^(\S+ \S+.*? \S+?)( (?:for|on|in|with|at|to|by|from|when|over|per|under|against|than)\b.*)$/i.exec(clause) ?? []
  return `${verb} ${noun}${rest}`.trim()
}

const NEGATION = String.raw`(?:no+|nope|nah|sorry|oh|ah|hm+|wait|actually|oops|hmm+|not (?:quite|really|that)|correction|wrong|i mean)`
const MEANT = new RegExp(String.raw`^\W*(?:${NEGATION}[\s,.:;!–—-]+)*(?:i (?:meant|mean|was asking (?:about|for)|was talking about|want(?:ed)?|am asking about)|make (?:it|that)|rather|i(?:'|’)m asking about|let(?:'|’)s (?:say|take))(?: to (?:ask about|know about|say))?\s+(.+?)\W*$`, 'i')
const REPLACED = new RegExp(String.raw`^\W*(?:${NEGATION}[\s,.:;!–—-]+)+(.+?)\W*$`, 'i')
const NOT_BUT = /^\W*(?:i (?:meant|mean) )?not (.+?)[,;]? (?:but|rather)(?: on| for| in| with)? (.+?)\W*$/i

/** "Not TexGen, LightGaussian." */
const NOT_THIS = /^\W*not (?:the )?([^\s,]+(?: [^\s,]+){0,2}), (?:the )?([^\s,]+(?: [^\s,]+){0,3}?)\W*$/i

/** What a correction puts in the place of what, if it says so. */
export function correctionIn(question: string): { readonly wrong?: string; readonly right: string } | undefined {
  const notBut = NOT_BUT.exec(question.replace(new RegExp(String.raw`^\W*${NEGATION}[\s,.:;!–—-]+`, 'i'), ''))
  if (notBut !== null) return { wrong: notBut[1] as string, right: notBut[2] as string }
  const [, no, yes] = NOT_THIS.exec(question) ?? []
  if (no !== undefined && yes !== undefined) return { wrong: no, right: yes }
  const right = (MEANT.exec(question)?.[1] ?? REPLACED.exec(question)?.[1])?.replace(/,? (?:sorry|please|instead)$/i, '')
  if (right === undefined) return undefined
  const [, kept, wrong] = /^(.+?),? (?:not|instead of|rather than) (.+)$/i.exec(right) ?? []
  return kept === undefined || wrong === undefined ? { right: right.replace(/^(?:the ones? (?:about|on|for) |about |for )/i, '') } : { wrong, right: kept }
}

export interface Slots {
  /** What the question is about, where it says so. */
  readonly subject: string | undefined
  /** What its pronouns would mean, where that is what is replaced. */
  readonly focus: string | undefined
  /** The last answer: it may name the fragment in one breath with what it stands in for. */
  readonly said: string
}

/** The question with a part replaced that the fragment can stand in for; nothing where none can be told. */
export function replaceSlot(question: string, fragment: string, { subject, focus, said }: Slots): string | undefined {
  const bare = question.replace(/[?.!\s]+$/, '')
  if (focus !== undefined && bare.includes(focus)) return bare.replace(focus, fragment)
  const turned = turnedRound(bare, fragment)
  if (turned !== undefined) return turned
  const [, preposition, object] = /^(on|in|for|with|at|using|under|without|from|by|to|over|against) (.+)$/i.exec(fragment) ?? []
  if (preposition !== undefined && object !== undefined) return replaceObject(bare, preposition, object)
  if (MEASURE.test(fragment)) return MEASURE_IN.test(bare) ? bare.replace(MEASURE_IN, fragment.replace(/^the /i, '')) : undefined
  const counterpart = counterpartOf(fragment, bare, said)
  if (counterpart !== undefined) return bare.replace(counterpart, fragment)
  if (subject !== undefined) return bare.replace(subject, fragment)
  const words = bare.split(/\s+/)
  if (PLACE.test(fragment)) {
    const at = words.findLastIndex((word) => PLACE.test(word))
    const isPart = fragment.includes(' ') && /^[A-Z]/.test(words[at - 1] ?? '') && at > 1
    return at < 0 ? `${bare} on ${fragment}` : replaceWords(words, isPart ? at - 1 : at, at, fragment)
  }
  const names = words.flatMap((word, i) => (isName(word) && !PLACE.test(word) ? [i] : []))
  if (isName(fragment.split(' ').at(-1) as string) && names[0] !== undefined) return replaceWords(words, names[0], names[0], fragment)
  return replaceLastRun(words, fragment)
}

const CONTRARY = new Map([['with', 'without'], ['before', 'after'], ['above', 'below'], ['over', 'under']].flatMap(([one, other]) => [[one, other], [other, one]] as [string, string][]))

/** "Without?" of "with augmentation". */
function turnedRound(question: string, fragment: string): string | undefined {
  const contrary = CONTRARY.get(fragment.toLowerCase())
  const place = contrary === undefined ? -1 : question.search(new RegExp(String.raw`\b${contrary}\b`, 'i'))
  return place < 0 ? undefined : question.slice(0, place) + fragment.toLowerCase() + question.slice(place + (contrary as string).length)
}

/** What follows the same preposition gives way; where there is none, the fragment comes at the end. */
function replaceObject(question: string, preposition: string, object: string): string {
  const pattern = new RegExp(String.raw`\b(${preposition}) ((?!(?:the|a|an)? ?(?:what|which)\b)(?:[^\s,]+ ?){1,4}?)(?=$|,| (?:on|in|for|with|at|using|under|without|from|by|to|of|${AUXILIARY})\b)`, 'gi')
  const last = [...question.matchAll(pattern)].at(-1)
  if (last === undefined) return `${question} ${preposition} ${object}`
  const start = last.index + (last[1] as string).length + 1
  return question.slice(0, start) + object + question.slice(last.index + last[0].length)
}

/** The last run of subject words, "sparse training" of "Which papers are about sparse training". */
function replaceLastRun(words: readonly string[], fragment: string): string | undefined {
  const isSubject = (word: string | undefined) => word !== undefined && subjectTerms(word).length > 0 && !isStopWord(word.toLowerCase())
  const end = words.findLastIndex((word) => isSubject(word) && !isGeneric(word))
  if (end < 0) return undefined
  let start = end
  while (start > 1 && isSubject(words[start - 1]) && !isGeneric(words[start - 1] as string) && !/s$/.test(words[start - 1] as string)) start--
  return replaceWords(words, start, end, fragment)
}

function replaceWords(words: readonly string[], start: number, end: number, by: string): string {
  return [...words.slice(0, start), by, ...words.slice(end + 1)].join(' ')
}
