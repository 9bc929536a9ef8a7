/** Tells whether a sentence offers the kind of answer that a question asks for. */
import { countOfThing, figureNearness, unitsGiven } from '../question/asked-for.js'
import type { Question } from '../question/question.js'
import { ASKS, ASKS_EFFECT, ASKS_LIMIT, ASKS_WHERE, CUES, HOPES, isAim, LIES_AT } from './cues.js'
import { howFarDefined } from './defining.js'
import type { ReadSentence } from './read-paper.js'
import { FIGURE, flag } from './sentence-nature.js'
import type { Nature } from './sentence-nature.js'

const NAME = /\b(?:[A-Z][\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]+-?\d+)\b/g

/** Whether the sentence offers the kind of answer that is asked for. */
export interface Fit {
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

export interface Around {
  readonly nature: Nature
  /** Stems of the thing that is asked for. */
  readonly thing: readonly string[]
  /** What is to be defined, as the paper spells it. */
  readonly subject: string | undefined
  readonly before: ReadSentence | undefined
}

export function fitOf(question: Question, { text, terms }: ReadSentence, { nature, thing, subject, before }: Around): Fit {
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
