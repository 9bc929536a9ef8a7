/** Suggests what to ask next: questions made from the papers at hand, each tried on the library before it is offered. */
import type { Filter } from '../library/library.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { RankedPaper } from '../retrieval/retrieval.js'
import { subjectTerms, terms } from '../text/terms.js'
import { escapedForPattern } from '../text/words.js'
import type { Citation, FollowUp, Turn } from './answer.js'
import { bearing } from './writing/choosing.js'
import { leadOf } from './writing/telling.js'
import { nameIn } from './question/ellipsis.js'
import { gather } from './gather.js'
import type { GatherParts } from './gather.js'
import { fullTitle, mainTitle } from './writing/phrasing.js'
import { readQuestion } from './question/question.js'

export interface SuggestRequest {
  /** As it stands alone. */
  readonly question: string
  readonly history: readonly Turn[]
  readonly citations: readonly Citation[]
  /** All that were retrieved, best first. */
  readonly papers: readonly RankedPaper[]
  readonly maxPapers: number
  readonly filter?: Filter | undefined
}

interface Candidate {
  readonly question: string
  /** The paper that must answer it first, by a sentence that was not quoted yet; absent for a question to the whole library. */
  readonly paperId?: string
  /** What that sentence must look like to be an answer. */
  readonly answer?: RegExp
}

const OFFERED = 3
/** So many are tried at most, however few of them pass. */
const TRIED = 4
/** Papers of the answer, and those next to it, that questions are made from. */
const PAPERS_ASKED = 2
/** A question that is longer for the title in it is not one that a person would pick. */
const LONGEST_NAME = 70
/** A longer title is a sentence, even where the abstract repeats it. */
const NAME_WORDS = 3
/** Of two of them. */
const LONGEST_PAIR = 90

/**
 * At most three questions that the library answers, with how many papers bear on each. A question about a paper is tried
 * on the papers at hand alone, which costs a fraction of a search; none repeats what was asked before.
 */
export async function suggestFollowUps(request: SuggestRequest, parts: GatherParts, signal: AbortSignal): Promise<FollowUp[]> {
  const asked = [request.question, ...request.history.filter(({ role }) => role === 'user').map(({ content }) => content)].map(fingerprint)
  const followUps: FollowUp[] = []
  let tried = 0
  for (const candidate of candidates(request, parts.rarity)) {
    if (signal.aborted || followUps.length === OFFERED || tried === TRIED) break
    if (asked.includes(fingerprint(candidate.question))) continue
    tried++
    const papers = await papersAnswering(candidate, request, parts, signal)
    if (papers === 0) continue
    followUps.push({ question: candidate.question, papers })
    asked.push(fingerprint(candidate.question))
  }
  return followUps
}

/** Least probability of an answer by the papers at hand: among all papers of the library it may be a little less. */
const SURE = 0.4

function fingerprint(question: string): string {
  return subjectTerms(question).map(({ term }) => term).sort().join(' ')
}

async function papersAnswering({ question: text, paperId, answer = /./ }: Candidate, request: SuggestRequest, parts: GatherParts, signal: AbortSignal): Promise<number> {
  const question = readQuestion(text)
  const ids = request.papers.map(({ paper }) => paper.id)
  const filter = paperId === undefined ? request.filter : { ...request.filter, ids }
  const { answerable, evidence } = await gather(question, parts, { maxPapers: request.maxPapers, filter, signal })
  if (answerable.verdict !== 'answered' || (paperId !== undefined && answerable.probability < SURE)) return 0
  const papers = bearing(question, evidence, parts.rarity)
  if (paperId === undefined) return papers.length > 1 ? papers.length : 0
  const [first] = papers
  if (first?.paper.id !== paperId) return 0
  const { start, text: said } = leadOf(question, first)
  const isNews = !request.citations.some(({ paper, quotes }) => paper.id === paperId && quotes.some((quote) => quote.start <= start && start < quote.end))
  return isNews && answer.test(said) ? papers.length : 0
}

/** What a sentence with a figure measures. */
const MEASURES = String.raw`top-1 accuracy|accuracy|throughput|latency|perplexity|AUROC|AUC|F1|BLEU|FID|PSNR|mAP|memory|energy|speed-?up|error rate|compression (?:ratio|rate)|sensitivity|specificity|mortality|prevalence`
/** A measure with its figure near by: "41% less memory", "accuracy of 93.05%". */
const MEASURED = new RegExp(String.raw`\b(?<after>${MEASURES})\b[^.;,]{0,30}?\d|\d\S* (?:\S+ ){0,3}(?<before>${MEASURES})\b`, 'i')
const TRIED_ON = /\b(?:tested|evaluated|experiments?|trained|benchmarks?|datasets?|data sets?|cohort|trial)\b/i
const METHOD = /\b(?:by \w+ing|using|based on|via|through|consists? of|trains?|learns?|replac\w+|combin\w+|splits?)\b/i
const PROPOSAL = /\b(?:propos|introduc|present|develop|design)(?:e|es|ed|s)?\b/i
const ACHIEVEMENT = /\b(?:achiev|improv|outperform|surpass|reduc)\w*/i
const FINDING = /\b(?:show|find|found|demonstrat\w+|conclu\w+|reveal\w*|prove|results?|suggest)\b/i
const DEFINITION = /\b(?:is|are|an?)\b/

function* candidates(request: SuggestRequest, rarity: Rarity): Generator<Candidate> {
  const cited = request.citations.slice(0, PAPERS_ASKED).map(({ paper }) => paper)
  const near = cited.length > 0 ? cited : request.papers.slice(0, PAPERS_ASKED).map(({ paper }) => paper)
  const [first] = near
  if (first === undefined) return
  const quoted = new Map(request.citations.map(({ paper, quotes }) => [paper.id, quotes]))
  const ofPaper = near.map((paper) => [...aboutPaper(request.question, paper, quoted.get(paper.id)?.map(({ text }) => text) ?? [])])
  const topic = sharedTopic(request, rarity)
  const [left, right] = cited.map(nameOfWork)
  const [one, other] = ofPaper
  if (one?.[0] !== undefined) yield one[0]
  if (left !== undefined && right !== undefined && `${left}${right}`.length <= LONGEST_PAIR) yield { question: `How do ${left} and ${right} differ?` }
  if (topic !== undefined) yield { question: `Which papers deal with ${topic}?` }
  if (other?.[0] !== undefined) yield other[0]
  yield* one?.slice(1) ?? []
  yield* other?.slice(1) ?? []
}

function* aboutPaper(question: string, paper: Citation['paper'], quotes: readonly string[]): Generator<Candidate> {
  const { id: paperId, abstract } = paper
  const name = nameOfWork(paper)
  if (name.length > LONGEST_NAME) return
  const unsaid = quotes.reduce((rest, quote) => rest.replace(quote, ' '), abstract)
  const measure = unsaid.split(/(?<=\.)\s/).map((sentence) => MEASURED.exec(sentence)?.groups?.['after'] ?? MEASURED.exec(sentence)?.groups?.['before']).find((found) => found !== undefined && !question.toLowerCase().includes(found.toLowerCase()))
  const isSaved = measure !== undefined && /^(?:memory|energy)$/i.test(measure)
  // A method saves memory; a study of memory does not.
  if (measure !== undefined && !(isSaved && name.startsWith('“'))) yield { question: isSaved ? `How much ${measure} does ${name} save?` : `What ${/^f1$/i.test(measure) ? 'F1 score' : measure} does ${name} report?`, paperId, answer: new RegExp(`${measure}.*\\d|\\d.*${measure}`, 'i') }
  if (!name.startsWith('“') && METHOD.test(unsaid) && !/^\W*how\b/i.test(question)) yield { question: `How does ${name} work?`, paperId, answer: METHOD }
  if (name.startsWith('“') && FINDING.test(unsaid) && !/\b(?:find|conclude|result|effect)/i.test(question)) yield { question: `What does ${name} find?`, paperId, answer: FINDING }
  if (name.startsWith('“') && PROPOSAL.test(unsaid)) yield { question: `What does ${name} propose?`, paperId, answer: PROPOSAL }
  if (!name.startsWith('“') && ACHIEVEMENT.test(unsaid)) yield { question: `What does ${name} achieve?`, paperId, answer: ACHIEVEMENT }
  if (!name.startsWith('“') && !/^\W*what (?:is|are)\b/i.test(question)) yield { question: `What is ${name}?`, paperId, answer: new RegExp(`^${escapedForPattern(name)}\\b|${DEFINITION.source}`) }
  if (!name.startsWith('“') && TRIED_ON.test(unsaid) && !/\b(?:dataset|data|tested|evaluated)\b/i.test(question)) yield { question: `On which data was ${name} tested?`, paperId, answer: TRIED_ON }
}

/** The name that a paper gives to its work, "FlatQuant", "N2N Learning", or its title between quotation marks. */
function nameOfWork({ title, abstract }: Pick<Citation['paper'], 'title' | 'abstract'>): string {
  const main = mainTitle(title)
  const [first = main] = fullTitle(title).split(': ', 1)
  const isUsed = first.split(' ').length <= NAME_WORDS && abstract.includes(first)
  const name = !main.includes(' ') ? nameIn(main) : isUsed ? first : undefined
  return name ?? `“${main.replace(/[“”"]/g, '')}”`
}

/** The rarest two neighbouring words that end a phrase of the titles cited, that another retrieved paper holds too, and that nobody has asked about. */
function sharedTopic({ question, citations, papers }: SuggestRequest, rarity: Rarity): string | undefined {
  const asked = new Set(terms(question))
  const texts = papers.map(({ paper }) => ` ${terms(`${paper.title}. ${paper.abstract}`).join(' ')} `)
  let best: { readonly phrase: string; readonly value: number } | undefined
  for (const { title } of citations.map(({ paper }) => paper)) {
    for (const phrase of pairsOf(title)) {
      const own = terms(phrase)
      if (own.length < 2 || ADJECTIVE.test(phrase) || NO_SUBJECT.test(phrase) || own.some((term) => asked.has(term))) continue
      const count = texts.filter((text) => text.includes(` ${own.join(' ')} `)).length
      const value = own.reduce((sum, term) => sum + rarity(term), 0)
      if (count >= 2 && value > (best?.value ?? 0)) best = { phrase, value }
    }
  }
  return best === undefined ? undefined : inPlural(best.phrase, papers.map(({ paper }) => `${paper.title} ${paper.abstract}`.toLowerCase()))
}

/** "neural networks" for "neural network", where the papers have it so. */
function inPlural(phrase: string, texts: readonly string[]): string {
  const plural = `${phrase}s`
  return /[a-rt-z]$/.test(phrase) && texts.some((text) => text.includes(plural.toLowerCase())) ? plural : phrase
}

const ADJECTIVE = /(?:ory|ive|ical|ous|ed|ary|al|able)$/
/** Ends what is a kind of work rather than a subject. */
const NO_SUBJECT = /\b(?:stud(?:y|ies)|trials?|outcomes?|analys[ie]s|reviews?|surveys?|approach(?:es)?|methods?|effects?|results?|patients?|performance|case|report)$/i
const BORDER = /[:;,.?!()[\]–—]|\s(?:vs\.?|versus|for|in|of|on|via|with|by|from|to|and|through|using|under|at|is|are|can|as)\s/i

/** The last two words of each phrase of a title, or all of three, in lower case but for acronyms: "token pruning", "LLM quantization". */
function pairsOf(title: string): string[] {
  return title.split(BORDER).flatMap((phrase) => {
    const words = phrase.trim().replace(/^(?:an?|the) /i, '').split(/\s+/).map((word) => (/^\p{Lu}?[\p{Ll}]+(?:-\p{Lu}?\p{Ll}+)*$/u.test(word) ? word.toLowerCase() : word))
    return words.length < 2 ? [] : [(words.length === 3 ? words : words.slice(-2)).join(' ')]
  })
}
