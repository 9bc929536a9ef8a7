/** Measures how far a paper speaks of what a question speaks of: what of it the paper lacks, and which way either points. */
import { namesIn } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import { terms } from '../../text/terms.js'
import type { PaperEvidence } from '../evidence/evidence.js'
import { heldNearly } from '../evidence/matching.js'
import { thingAskedFor } from '../question/asked-for.js'
import type { Question } from '../question/question.js'
import { deniedIn, polesIn } from '../statements/poles.js'
import { readStatement } from '../statements/statement.js'
import type { Statement } from '../statements/statement.js'
import { presumes } from './premise.js'

export interface Agreement {
  /** Greatest rarity among the terms that the paper has in no form: stem, likeness, acronym or class of meaning. */
  readonly rarestUnsaid: number
  /** Share of the question, by rarity, that the paper has in no form; and that neither the best sentence nor the title has. */
  readonly unsaid: number
  readonly unsaidBeside: number
  /** Rarity of the thing asked for ("optimizer"), of its rarest name, and of its rarest other word, where the paper has it in no form. */
  readonly unsaidThing: number
  readonly unsaidName: number
  readonly unsaidOther: number
  /** Rarest term that neither the best sentence nor the title has in any form. */
  readonly rarestBeside: number
  /** Greatest share, by rarity, of what the title leaves that one sentence has in some form; 1 if it leaves nothing. */
  readonly restNear: number
  /** Terms that the title leaves. */
  readonly restCount: number
  /** 1: asks for a thing of which it states something; 2: asks why, how or by how much. */
  readonly presumes: number
  /** Words of direction in the question that the sentences nearest to it turn the same way, the other way, and that none of the paper has. */
  readonly sameWay: number
  readonly otherWay: number
  readonly noWay: number
  /** Words that the question denies and the nearest sentences affirm, and the other way round. */
  readonly deniedHere: number
  readonly deniedThere: number
  /** Share of the question's neighbouring words of content, by classes of meaning, that one of the nearest sentences has within reach of each other. */
  readonly pairs: number
}

/** Sentences that share most with the question. */
const NEAREST = 2
/** Words within which two of them belong together. */
const TOGETHER = 8

const NOTHING: Pick<PaperEvidence, 'paper' | 'sentences'> = { paper: { id: '', title: '', abstract: '', addedAt: '' }, sentences: [] }

/** @param best undefined is a paper that says nothing */
export function agreementOf(question: Question, best: Pick<PaperEvidence, 'paper' | 'sentences'> | undefined, rarity: Rarity): Agreement {
  const paper = best ?? NOTHING
  return { ...unsaidOf(question, paper, rarity), presumes: presumes(question.text), ...directionsOf(question.text, paper) }
}

function unsaidOf(question: Question, { paper, sentences }: Pick<PaperEvidence, 'paper' | 'sentences'>, rarity: Rarity): Omit<Agreement, 'presumes' | keyof ReturnType<typeof directionsOf>> {
  const texts = [paper.title, ...sentences.map(({ text }) => text)]
  const sets = texts.map((text) => new Set(terms(text)))
  const keys = texts.map((text) => readStatement(text).keys)
  const near = heldNearly(question.terms, { text: `${paper.title}. ${paper.abstract}`, sentences: sets })
  const rows = question.terms.map((term, at) => {
    const meant = [...readStatement(term.surface).keys]
    const held = near.map((ofText, i) => (meant.some((key) => keys[i]?.has(key)) ? 1 : (ofText[at] as number)))
    return { term, held, weight: rarity(term.term) }
  })
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  const lackOf = (places: (held: readonly number[]) => readonly number[]) => rows.map(({ term, held, weight }) => ({ term, lack: weight * (1 - Math.max(0, ...places(held))) }))
  const all = lackOf((held) => held)
  const beside = lackOf((held) => held.slice(0, 2))
  const thing = thingAskedFor(question.text).at(-1)
  const names = new Set(namesIn(question.text).flatMap((name) => terms(name)))
  const rarest = (list: typeof all) => Math.max(0, ...list.map(({ lack }) => lack))
  const share = (list: typeof all) => (total > 0 ? list.reduce((sum, { lack }) => sum + lack, 0) / total : 0)
  const rest = rows.filter(({ held: [inTitle = 0] }) => inTitle < 1)
  const restWeight = rest.reduce((sum, { weight }) => sum + weight, 0)
  const restIn = (i: number) => rest.reduce((sum, { held, weight }) => sum + weight * (held[i] as number), 0)
  return {
    rarestUnsaid: rarest(all),
    unsaid: share(all),
    unsaidBeside: share(beside),
    unsaidThing: rarest(all.filter(({ term }) => term.term === thing)),
    unsaidName: rarest(all.filter(({ term }) => names.has(term.term))),
    unsaidOther: rarest(all.filter(({ term }) => term.term !== thing && !names.has(term.term))),
    rarestBeside: rarest(beside),
    restNear: restWeight > 0 ? Math.max(0, ...sentences.map((_, i) => restIn(i + 1))) / restWeight : 1,
    restCount: rest.length,
  }
}

function directionsOf(question: string, { sentences }: Pick<PaperEvidence, 'sentences'>): Pick<Agreement, 'sameWay' | 'otherWay' | 'noWay' | 'deniedHere' | 'deniedThere' | 'pairs'> {
  const asked = readStatement(question.replace(/\?\s*$/, '.'))
  const read = sentences.map(({ text }) => readStatement(text))
  const shared = (statement: Statement) => [...asked.keys].filter((key) => statement.keys.has(key)).length
  const nearest = [...read].sort((a, b) => shared(b) - shared(a)).slice(0, NEAREST)
  const ways = polesIn(asked).map(({ axis, sign }) => {
    const same = nearest.flatMap((statement) => polesIn(statement)).filter((pole) => pole.axis === axis)
    if (same.length > 0) return same.some((pole) => pole.sign === sign) ? 'same' : 'other'
    return read.some((statement) => polesIn(statement).some((pole) => pole.axis === axis)) ? 'elsewhere' : 'none'
  })
  const count = (way: string) => ways.filter((one) => one === way).length
  const [deniedHere, affirmedHere] = deniedAndAffirmed([asked])
  const [deniedThere, affirmedThere] = deniedAndAffirmed(nearest)
  return {
    sameWay: count('same'),
    otherWay: count('other'),
    noWay: count('none'),
    deniedHere: [...deniedHere].filter((key) => affirmedThere.has(key) && !deniedThere.has(key)).length,
    deniedThere: [...deniedThere].filter((key) => affirmedHere.has(key) && !affirmedThere.has(key)).length,
    pairs: Math.max(0, ...nearest.map((statement) => pairsShared(asked, statement))),
  }
}

function deniedAndAffirmed(statements: readonly Statement[]): [denied: Set<string>, affirmed: Set<string>] {
  const denied = new Set<string>()
  const affirmed = new Set<string>()
  for (const statement of statements) {
    const tokens = deniedIn(statement)
    for (const token of statement.tokens) if (token.key !== '') (tokens.has(token) ? denied : affirmed).add(token.key)
  }
  return [denied, affirmed]
}

function pairsShared(asked: Statement, { tokens }: Statement): number {
  const keys = asked.tokens.map(({ key }) => key).filter((key) => key !== '')
  const places = new Map<string, number[]>()
  tokens.forEach(({ key }, i) => places.set(key, [...(places.get(key) ?? []), i]))
  const pairs = keys.slice(1).map((key, i) => [keys[i] as string, key] as const)
  const isTogether = ([one, other]: readonly [string, string]) => (places.get(one) ?? []).some((at) => (places.get(other) ?? []).some((place) => Math.abs(place - at) <= TOGETHER))
  return pairs.length === 0 ? 0 : pairs.filter(isTogether).length / pairs.length
}
