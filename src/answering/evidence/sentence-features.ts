/** Measures how a sentence of an abstract bears on a question. */
import type { StoredVectors } from '../../library/library.js'
import type { Paper, Span } from '../../papers/paper.js'
import { shareOf } from '../../retrieval/answerability.js'
import type { BoostedTrees } from '../../retrieval/boosted-trees.js'
import { paperTerms } from '../../retrieval/paper-terms.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { Term } from '../../text/terms.js'
import { countOfThing, figureNearness, thingAskedFor, unitsGiven } from '../question/asked-for.js'
import { ASKS, ASKS_EFFECT, ASKS_LIMIT, ASKS_WHERE, CUES, HOPES, isAim, LEANS, LEANS_BEHIND, LIES_AT, PARTS, partsOf } from './cues.js'
import { howFarDefined, nameFor } from './defining.js'
import type { AbstractPart } from './cues.js'
import { focusOf, gramCoverages, logPlaces, nearCoverages, sharedBigrams } from './matching.js'
import type { Question } from '../question/question.js'
import { readStatement } from '../statements/statement.js'

export interface ReadSentence extends Span {
  readonly index: number
  readonly text: string
  readonly terms: readonly string[]
  /** Begins with a word that stands for something said before. */
  readonly leans: boolean
  /** The same, or behind a word that joins it to the sentence before: it is not to be quoted alone. */
  readonly refersBack: boolean
}

export interface ReadPaper {
  readonly title: string
  readonly titleTerms: ReadonlySet<string>
  /** Of title and sentences together. */
  readonly allTerms: ReadonlySet<string>
  readonly sentences: readonly ReadSentence[]
  readonly vectors: StoredVectors
}

/** What was learned of which sentences answer: questions look for other things than claims, and want trees of their own. */
export interface EvidenceWeights {
  readonly claims: BoostedTrees
  readonly questions: BoostedTrees
}

const known = new WeakMap<Paper, ReadPaper>()

/** Made once of a paper that is in hand, whatever it is asked. */
export function readSentences(paper: Paper, vectors: StoredVectors): ReadPaper {
  const before = known.get(paper)
  if (before?.vectors === vectors) return before
  const made = read(paper, vectors)
  known.set(paper, made)
  return made
}

function read(paper: Paper, vectors: StoredVectors): ReadPaper {
  const { title, sentences, all } = paperTerms(paper, vectors.spans)
  return {
    title: paper.title,
    titleTerms: title,
    allTerms: all,
    sentences: vectors.spans.map(({ start, end }, index) => {
      const text = paper.abstract.slice(start, end)
      return { index, start, end, text, terms: sentences[index] as readonly string[], leans: LEANS.test(text), refersBack: LEANS.test(text) || LEANS_BEHIND.test(text) }
    }),
    vectors,
  }
}

const NAME = /\b(?:[A-Z][\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]+-?\d+)\b/g
const FIGURE = /\d+(?:[.,]\d+)*/g

/** What one sentence has of the question. `0` where a measure does not apply. */
interface Match {
  /** Share of the question's rarity in the sentence; the title does not count. */
  readonly coverage: number
  /** The same as a share of the best covered sentence of the abstract. */
  readonly relativeCoverage: number
  /** Share with other forms and near stems counted in; see `nearCoverages`. */
  readonly nearCoverage: number
  readonly relativeNearCoverage: number
  readonly nearCoveragePlace: number
  /** By the sentences before and after. */
  readonly coverageBefore: number
  readonly coverageAfter: number
  /**
   * Share of the question in the sentence, each term weighed by its rarity and by how few sentences of this abstract
   * hold it: the name of the method stands everywhere and tells no sentence from another.
   */
  readonly focus: number
  readonly relativeFocus: number
  /** Share of the question's runs of four letters. */
  readonly grams: number
  readonly relativeGrams: number
  readonly gramPlace: number
  /** Share of the question's neighbouring pairs of terms that the sentence keeps in order. */
  readonly bigrams: number
  /** Share of the question, by rarity, in this sentence and the one before, and in this and the next. */
  readonly coverageWithBefore: number
  readonly coverageWithAfter: number
  /** Share of the sentence's rarity that is the question's. */
  readonly precision: number
  readonly focusPlace: number
  /** Share of what the question says, by classes of meaning, that the sentence says; see `readStatement`. */
  readonly said: number
  readonly relativeSaid: number
  readonly saidPlace: number
  readonly similarity: number
  /** Cosine as a share of the way from the abstract's farthest to its nearest sentence, and in standard deviations. */
  readonly relativeSimilarity: number
  readonly similarityDeviation: number
  readonly similarityPlace: number
  readonly similarityBefore: number
  readonly similarityAfter: number
}

/** What one sentence is, whatever is asked. */
interface Nature {
  /** Share of the sentence's terms that stand in the title. */
  readonly titleOverlap: number
  /** 0 for the first sentence, 1 for the last. */
  readonly position: number
  readonly isFirst: number
  readonly isLast: number
  /** Sentences of the abstract. */
  readonly count: number
  /** Mean cosine to the other sentences. */
  readonly centrality: number
  readonly leans: number
  /** ln(1 + words / 10). */
  readonly length: number
  /** ln(1 + figures). */
  readonly figures: number
  readonly background: number
  readonly contribution: number
  readonly result: number
  readonly comparison: number
  readonly inBackground: number
  readonly inMethods: number
  readonly inResults: number
  readonly inConclusion: number
}

/** Whether the sentence offers the kind of answer that is asked for. */
interface Fit {
  /** Terms of the question. */
  readonly asked: number
  /** A "how much" question meets a figure, and how near the question's words, or the thing it counts, the figure stands. */
  readonly figureAsked: number
  readonly figureNear: number
  readonly figureOfThing: number
  /** Share of the thing asked for ("which optimizer") in the sentence. */
  readonly thing: number
  /** Figures of the question that the sentence holds; whether it has figures where the question has some. */
  readonly figuresShared: number
  readonly figuresBoth: number
  readonly nameAsked: number
  readonly methodAsked: number
  readonly reasonAsked: number
  readonly definitionAsked: number
  readonly contributionAsked: number
  readonly comparisonAsked: number
  /** Asks itself, hopes, or says where code lies, and the question is not for that: seldom what answers, however much it sounds like the question. */
  readonly beside: number
  readonly yesNoResult: number
  readonly isYesNo: number
  readonly isReason: number
  readonly isMethod: number
  readonly isDefinition: number
  readonly isName: number
  readonly isFigure: number
  readonly limitAsked: number
  readonly outcomeAsked: number
  readonly aim: number
  readonly aimBefore: number
  readonly finding: number
  readonly counted: number
  readonly units: number
  readonly defined: number
  readonly denial: number
}

export type SentenceFeatures = Match & Nature & Fit

/** For each sentence its features. */
export function sentenceFeatures(question: Question, questionVector: Float32Array, paper: ReadPaper, rarity: Rarity): SentenceFeatures[] {
  const matches = matchesOf(question, questionVector, paper, rarity)
  const natures = naturesOf(paper)
  const thing = thingAskedFor(question.text)
  const subject = question.kind === 'definition' && question.subject !== undefined ? nameFor(question.subject, { title: paper.title, abstract: paper.sentences.map(({ text }) => text).join(' ') }) : undefined
  return paper.sentences.map((sentence, i) => {
    const nature = natures[i] as Nature
    // Not spread into a new object: with fifty fields that takes thirty times as long.
    return Object.assign(matches[i] as Match, nature, fitOf(question, sentence, { nature, thing, subject, before: paper.sentences[i - 1] }))
  })
}

function matchesOf(question: Question, questionVector: Float32Array, { title, titleTerms, sentences, vectors }: ReadPaper, rarity: Rarity): Match[] {
  const sets = sentences.map((sentence) => new Set(sentence.terms))
  const texts = sentences.map(({ text }) => text)
  const coverages = sets.map((set) => shareOf(question.terms, set, rarity))
  const near = nearCoverages(question.terms, { text: `${title}. ${texts.join(' ')}`, sentences: sets }, rarity)
  const focuses = focusOf(question.terms, { title: titleTerms, sentences: sets }, rarity)
  const grams = gramCoverages(question.terms, texts)
  const similarities = vectors.compare(questionVector).sentences
  const [nearest, farthest] = [Math.max(...similarities), Math.min(...similarities)]
  const middle = mean(similarities)
  const spread = Math.sqrt(mean(similarities.map((similarity) => (similarity - middle) ** 2))) || 1
  const said = saidShares(question.text, texts)
  const places = { near: logPlaces(near), grams: logPlaces(grams), similarity: logPlaces(similarities), focus: logPlaces(focuses), said: logPlaces(said) }
  const best = { coverage: greatest(coverages), near: greatest(near), focus: greatest(focuses), grams: greatest(grams), said: greatest(said) }
  const joined = (i: number, j: number) => (sentences[j] === undefined ? (coverages[i] as number) : shareOf(question.terms, new Set([...(sets[i] as Set<string>), ...(sets[j] as Set<string>)]), rarity))
  return sentences.map((sentence, i) => {
    const at = (values: readonly number[]) => values[i] ?? 0
    return {
      coverage: at(coverages),
      relativeCoverage: at(coverages) / best.coverage,
      nearCoverage: at(near),
      relativeNearCoverage: at(near) / best.near,
      nearCoveragePlace: at(places.near),
      coverageBefore: coverages[i - 1] ?? 0,
      coverageAfter: coverages[i + 1] ?? 0,
      focus: at(focuses),
      relativeFocus: at(focuses) / best.focus,
      grams: at(grams),
      relativeGrams: at(grams) / best.grams,
      gramPlace: at(places.grams),
      bigrams: sharedBigrams(question.terms, sentence.terms),
      coverageWithBefore: joined(i, i - 1),
      coverageWithAfter: joined(i, i + 1),
      precision: precisionOf(question.terms, sets[i] as Set<string>, rarity),
      focusPlace: at(places.focus),
      said: at(said),
      relativeSaid: at(said) / best.said,
      saidPlace: at(places.said),
      similarity: at(similarities),
      relativeSimilarity: nearest > farthest ? (at(similarities) - farthest) / (nearest - farthest) : 1,
      similarityDeviation: (at(similarities) - middle) / spread,
      similarityPlace: at(places.similarity),
      similarityBefore: similarities[i - 1] ?? 0,
      similarityAfter: similarities[i + 1] ?? 0,
    }
  })
}

function precisionOf(question: readonly Term[], sentence: ReadonlySet<string>, rarity: Rarity): number {
  const asked = new Set(question.flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined])))
  let held = 0
  let all = 0
  for (const term of sentence) {
    const weight = rarity(term)
    all += weight
    if (asked.has(term)) held += weight
  }
  return all === 0 ? 0 : held / all
}

function saidShares(question: string, sentences: readonly string[]): number[] {
  const asked = [...readStatement(question).keys]
  return sentences.map((text) => {
    const { keys } = readStatement(text)
    return asked.length === 0 ? 0 : asked.filter((key) => keys.has(key)).length / asked.length
  })
}

const natures = new WeakMap<ReadPaper, Nature[]>()

/** Likewise made once. */
function naturesOf(paper: ReadPaper): Nature[] {
  const made = natures.get(paper) ?? readNatures(paper)
  natures.set(paper, made)
  return made
}

function readNatures({ titleTerms, sentences, vectors }: ReadPaper): Nature[] {
  const parts = partsOf(sentences.map(({ text }) => text))
  const count = sentences.length
  const centralities = vectors.centralities()
  return sentences.map(({ text, terms, leans }, i) => ({
    titleOverlap: terms.filter((term) => titleTerms.has(term)).length / Math.max(1, terms.length),
    position: count > 1 ? i / (count - 1) : 0,
    isFirst: flag(i === 0),
    isLast: flag(i === count - 1),
    count,
    centrality: centralities[i] as number,
    leans: flag(leans),
    length: Math.log1p(text.split(' ').length / 10),
    figures: Math.log1p(text.match(FIGURE)?.length ?? 0),
    background: flag(CUES.background.test(text)),
    contribution: flag(CUES.contribution.test(text)),
    result: flag(CUES.result.test(text)),
    comparison: flag(CUES.comparison.test(text)),
    ...inParts(parts[i]),
  }))
}

function inParts(part: AbstractPart | undefined): Pick<Nature, 'inBackground' | 'inMethods' | 'inResults' | 'inConclusion'> {
  const [inBackground = 0, inMethods = 0, inResults = 0, inConclusion = 0] = PARTS.map((other) => flag(part === other))
  return { inBackground, inMethods, inResults, inConclusion }
}

interface Around {
  readonly nature: Nature
  /** Stems of the thing that is asked for. */
  readonly thing: readonly string[]
  /** What is to be defined, as the paper spells it. */
  readonly subject: string | undefined
  readonly before: ReadSentence | undefined
}

function fitOf(question: Question, { text, terms }: ReadSentence, { nature, thing, subject, before }: Around): Fit {
  const { kind } = question
  const isOf = (...kinds: readonly Question['kind'][]) => kinds.includes(kind)
  const figuresAsked = question.text.match(FIGURE) ?? []
  const hasFigure = nature.figures > 0
  return {
    asked: question.terms.length,
    figureAsked: flag(kind === 'figure' && hasFigure),
    figureNear: kind === 'figure' ? figureNearness(text, new Set(question.terms.flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined])))) : 0,
    figureOfThing: kind === 'figure' ? figureNearness(text, new Set(thing)) : 0,
    thing: thing.length === 0 ? 0 : thing.filter((term) => terms.includes(term)).length / thing.length,
    figuresShared: figuresAsked.filter((figure) => text.includes(figure)).length,
    figuresBoth: flag(figuresAsked.length > 0 && hasFigure),
    nameAsked: flag(isOf('name', 'list') && hasNewName(question, text)),
    methodAsked: flag(kind === 'method' && CUES.method.test(text)),
    reasonAsked: flag(kind === 'reason' && CUES.reason.test(text)),
    definitionAsked: flag(kind === 'definition' && CUES.definition.test(text)),
    contributionAsked: isOf('definition', 'method', 'list', 'open') ? nature.contribution : 0,
    comparisonAsked: kind === 'comparison' ? nature.comparison : 0,
    beside: flag(ASKS.test(text) || ((HOPES.test(text) || LIES_AT.test(text)) && !ASKS_WHERE.test(question.text))),
    yesNoResult: isOf('yes-no', 'comparison', 'open') ? nature.result : 0,
    isYesNo: flag(kind === 'yes-no'),
    isReason: flag(kind === 'reason'),
    isMethod: flag(kind === 'method'),
    isDefinition: flag(kind === 'definition'),
    isName: flag(kind === 'name'),
    isFigure: flag(kind === 'figure'),
    limitAsked: flag(ASKS_LIMIT.test(question.text) && CUES.limit.test(text)),
    outcomeAsked: flag(ASKS_EFFECT.test(question.text) && CUES.finding.test(text)),
    aim: flag(isAim(text)),
    aimBefore: flag(before !== undefined && isAim(before.text)),
    finding: flag(CUES.finding.test(text) && !CUES.beforehand.test(text)),
    counted: countOfThing(question.text, text),
    units: unitsGiven(question.text, text),
    defined: subject === undefined ? 0 : howFarDefined(text, subject),
    denial: flag(CUES.denial.test(text) && !CUES.denial.test(question.text)),
  }
}

/** A name that the question does not hold already. */
function hasNewName(question: Question, text: string): boolean {
  const asked = question.text.toLowerCase()
  return (text.match(NAME) ?? []).some((name) => !asked.includes(name.toLowerCase()))
}

function flag(condition: boolean): number {
  return condition ? 1 : 0
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/** A little above 0, so that it can be divided by. */
function greatest(values: readonly number[]): number {
  return Math.max(...values, 1e-9)
}
