/** Holds a claim against its source: whether it says otherwise, or more than the source does. */
import { contradicts } from './contradiction.js'
import { polesIn } from './poles.js'
import type { Pole } from './poles.js'
import type { Statement } from './statement.js'
import { poleOf } from './word-classes.js'

/** A `contradiction` is not what the source says; `overstated` is more than it says. */
export type Objection = 'contradiction' | 'overstated'

export function objection(claim: Statement, source: Statement): Objection | undefined {
  return contradicts(claim, source) ? 'contradiction' : overstates(claim, source)
}

/** More of something good is better: "a gain in accuracy" for "improves accuracy". */
export const KIN: ReadonlyMap<string, string> = new Map([['=increase', '=better'], ['=better', '=increase'], ['=decrease', '=worse'], ['=worse', '=decrease']])

/** A direction that the source has no word for, though the claim's point may be just that. */
function isUnheardOf(claim: Statement, { at }: Pole, source: Statement): boolean {
  const key = claim.tokens[at]?.key as string
  return KIN.has(key) && !source.keys.has(key) && !source.keys.has(KIN.get(key) as string) && !polesIn(source).some(({ axis }) => axis === poleOf('', key)?.[0])
}

const CAUSAL = /\b(?:caus\w+|prevent\w*|leads? to|led to|results? in|resulted in|driv(?:es?|en)|drove|stops?|stopped|cures?|prov(?:es?|ed|en)|because of|slows?|protects?)\b/i
const ASSOCIATED = /\b(?:associat\w+|correlat\w+|linked|related|relationship|predict\w*|risk factor)\b/i
const HEDGED = /\b(?:may|might|could|can|suggest\w*|possib\w+|potential\w*|likely|appear\w*|seem\w*|propos\w+ to|hypothes\w+|whether|unclear|debated|believed|thought to|expected|aims?|would)\b/i
const WIDE = /\b(?:all|always|never|only|best|largest|smallest|fastest|most accurate|nobody|no one|at all|entirely|completely|guarantee\w*|prov(?:e|es|ed|en)|perfect\w*|state[- ]of[- ]the[- ]art)\b/gi

/** Asked, not found. */
const AIM = /^(?:OBJECTIVES?|AIMS?|PURPOSE|BACKGROUND)\b|\b(?:unclear|unknown|not (?:well |yet |fully )?(?:known|understood)|remains? (?:open|controversial)|(?:sought|aim(?:s|ed)?|objective (?:is|was)|wanted) to|(?:aim|purpose|goal) of this|we (?:ask|asked|investigated?|examined?|reviewed|assess(?:ed)?|tested|explored?) (?:whether|if|the (?:association|effect|relation\w*|role|influence)))\b|^We (?:investigated?|studied|examined?|evaluated?|assess(?:ed)?|analy[sz]ed?) the\b|^To (?:determine|investigate|examine|assess|evaluate|test|explore|compare)\b/i

function overstates(claim: Statement, source: Statement): Objection | undefined {
  const bounded = claim.figures.map((figure) => [figure.hedge, source.figures.find(({ value, unit }) => value === figure.value && unit === figure.unit)?.hedge ?? ''] as const)
  if (bounded.some(([said, known]) => (said === 'at least' && known === 'at most') || (said === 'at most' && known === 'at least'))) return 'contradiction'
  if (CAUSAL.test(claim.text) && ASSOCIATED.test(source.text) && !CAUSAL.test(source.text)) return 'contradiction'
  if (AIM.test(source.text) && !AIM.test(claim.text)) return 'overstated'
  if (polesIn(claim).some((pole) => isUnheardOf(claim, pole, source))) return 'overstated'
  const wide = claim.text.match(WIDE) ?? []
  if (wide.some((word) => !new RegExp(`\\b${word}\\b`, 'i').test(source.text))) return 'contradiction'
  if (bounded.some(([said, known]) => said === '' && known === 'at most')) return 'overstated'
  return HEDGED.test(source.text) && !HEDGED.test(claim.text) && CAUSAL.test(claim.text) ? 'overstated' : undefined
}
