/** Estimates how probable it is that the papers found answer the question, from how they were found and from what they say. */
import { isIn } from '../../retrieval/answerability.js'
import type { BoostedTrees } from '../../retrieval/boosted-trees.js'
import { treeProbability } from '../../retrieval/boosted-trees.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { AnswerabilityFeatures, Retrieval } from '../../retrieval/retrieval.js'
import { terms } from '../../text/terms.js'
import { countOfThing, figureNearness, thingAskedFor, unitsGiven } from '../question/asked-for.js'
import type { PaperEvidence } from '../evidence/evidence.js'
import { askedForIn } from './asked-detail.js'
import type { AskedFor } from './asked-detail.js'
import { agreementOf } from './agreement.js'
import type { Agreement } from './agreement.js'
import { contraryIn } from './premise.js'
import type { Question } from '../question/question.js'
import { readStatement } from '../statements/statement.js'

/** What the probability rests on, beside how the papers were found: the paper that answers best, and its sentences. */
export interface AnswerFeatures extends AnswerabilityFeatures, Agreement, AskedFor {
  /** Probability of the best sentence to help, and of the best of all papers. */
  readonly bestSentence: number
  readonly bestAnywhere: number
  /** Share of the question, by rarity, that the paper holds; and that its title does. */
  readonly paperCoverage: number
  readonly titleCoverage: number
  /** Share of what the title leaves that the best sentence holds; 1 if it leaves nothing. */
  readonly restCoverage: number
  /** Greatest rarity among the terms that the paper lacks. */
  readonly rarestLacking: number
  /** Terms that the paper lacks. */
  readonly lacking: number
  /** Share of the thing asked for ("which optimizer") in the paper, and in one of its sentences; 1 where none is named. */
  readonly thing: number
  readonly thingInSentence: number
  /** How near a figure stands to the thing asked for, and to what the title leaves of the question, in any sentence. */
  readonly figureOfThing: number
  readonly figureOfRest: number
  /** Share of the question's own figures that the paper lacks. */
  readonly figuresLacking: number
  /** The last word of the thing asked for is in the paper; 1 where none is named. */
  readonly thingHead: number
  /** A sentence counts the things whose number is asked for; 1 where none is. */
  readonly countOfThing: number
  /** Share of the units asked in, of which the paper has figures; 1 where the question asks in none. */
  readonly unitsGiven: number
  /** Share of what the question says, by classes of meaning, that one sentence says; and of what the title leaves of it. */
  readonly said: number
  readonly restSaid: number
  /** The question takes for granted what the paper says otherwise. */
  readonly opposed: number
  readonly asksFigure: number
  readonly asksName: number
  readonly asksMethod: number
  readonly asksReason: number
  readonly asksList: number
  readonly asksYesNo: number
}

export interface Judged {
  readonly question: Question
  readonly retrieval: Pick<Retrieval, 'features' | 'papers'>
  readonly evidence: readonly PaperEvidence[]
}

export function answerFeatures({ question, retrieval, evidence }: Judged, rarity: Rarity): AnswerFeatures {
  const best = strongest(evidence)
  const sentences = best?.sentences.map(({ text }) => ({ text, terms: new Set(terms(text)) })) ?? []
  const title = new Set(terms(best?.paper.title ?? ''))
  const held = new Set([...title, ...sentences.flatMap((sentence) => [...sentence.terms])])
  const lacking = question.terms.filter((term) => !isIn(held, term))
  const rest = question.terms.filter((term) => !isIn(title, term))
  const restRarity = rest.reduce((sum, { term }) => sum + rarity(term), 0)
  const restIn = (sentence: ReadonlySet<string>) => rest.reduce((sum, term) => sum + (isIn(sentence, term) ? rarity(term.term) : 0), 0)
  const thing = thingAskedFor(question.text)
  const figures = question.text.match(/\d+(?:[.,]\d+)*/g) ?? []
  const text = `${best?.paper.title ?? ''} ${best?.paper.abstract ?? ''}`
  const asks = (kind: Question['kind']) => (question.kind === kind ? 1 : 0)
  return {
    ...retrieval.features,
    bestSentence: best?.sentences[0]?.probability ?? 0,
    bestAnywhere: Math.max(0, ...evidence.map(({ sentences: [first] }) => first?.probability ?? 0)),
    paperCoverage: best?.coverage ?? 0,
    titleCoverage: best?.titleCoverage ?? 0,
    restCoverage: restRarity > 0 ? Math.max(0, ...sentences.map((sentence) => restIn(sentence.terms))) / restRarity : 1,
    rarestLacking: Math.max(0, ...lacking.map(({ term }) => rarity(term))),
    lacking: lacking.length,
    thing: shareIn(thing, held),
    thingInSentence: Math.max(0, ...sentences.map((sentence) => shareIn(thing, sentence.terms))),
    figureOfThing: Math.max(0, ...sentences.map((sentence) => figureNearness(sentence.text, new Set(thing)))),
    figureOfRest: Math.max(0, ...sentences.map((sentence) => figureNearness(sentence.text, new Set(rest.map(({ term }) => term))))),
    figuresLacking: figures.length === 0 ? 0 : figures.filter((figure) => !text.includes(figure)).length / figures.length,
    thingHead: shareIn(thing.slice(-1), held),
    countOfThing: Math.max(0, ...sentences.map((sentence) => countOfThing(question.text, sentence.text))),
    unitsGiven: unitsGiven(question.text, text),
    ...saidOf(question.text, best),
    opposed: best !== undefined && contraryIn(question.text, best) !== undefined ? 1 : 0,
    ...agreementOf(question, best, rarity),
    ...askedForIn(question.text, best?.sentences.map((sentence) => sentence.text) ?? []),
    asksFigure: asks('figure'),
    asksName: asks('name'),
    asksMethod: asks('method'),
    asksReason: asks('reason'),
    asksList: asks('list'),
    asksYesNo: asks('yes-no'),
  }
}

function saidOf(question: string, best: PaperEvidence | undefined): Pick<AnswerFeatures, 'said' | 'restSaid'> {
  const asked = readStatement(question).keys
  const title = readStatement(best?.paper.title ?? '').keys
  const rest = new Set([...asked].filter((key) => !title.has(key)))
  const sentences = best?.sentences.map(({ text }) => readStatement(text).keys) ?? []
  const greatest = (wanted: ReadonlySet<string>) => (wanted.size === 0 ? 1 : Math.max(0, ...sentences.map((keys) => [...wanted].filter((key) => keys.has(key)).length / wanted.size)))
  return { said: greatest(asked), restSaid: greatest(rest) }
}

/** Calibrated, 0..1. A question without a subject has none. */
export function answerProbability(judged: Judged, { rarity, trees }: { readonly rarity: Rarity; readonly trees: BoostedTrees }): number {
  if (judged.question.terms.length === 0 || judged.evidence.length === 0) return 0
  return treeProbability(trees, answerFeatures(judged, rarity))
}

/** The paper that answers best: it holds much of the question, and a sentence that helps. */
export function strongest(evidence: readonly PaperEvidence[]): PaperEvidence | undefined {
  const strength = ({ coverage, sentences: [first] }: PaperEvidence) => coverage + (first?.probability ?? 0)
  return [...evidence].sort((a, b) => strength(b) - strength(a))[0]
}

function shareIn(wanted: readonly string[], held: ReadonlySet<string>): number {
  return wanted.length === 0 ? 1 : wanted.filter((term) => held.has(term)).length / wanted.length
}
