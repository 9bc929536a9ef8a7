/** Finds the sentences that say outright that something is not there, not needed or not done. */
import { stem } from '../../text/terms.js'
import { escapedForPattern } from '../../text/words.js'

/** What is without one of these is without the others, as far as papers say. */
const ALIKE: readonly (readonly string[])[] = [['train', 'retrain', 'tune', 'finetune', 'training', 'retraining', 'tuning']]
const DENIAL = String.raw`\b(?:no|not|without|never|neither|nor|free (?:of|from)|avoid\w*|eliminat\w+|obviat\w+|bypass\w*|dispens\w+ with|does away with|instead of|rather than|lack\w*|remov\w+ the need (?:of|for)|independent of)\b(?! (?:all|only|just|every|always)\b)`
const NOT_NEEDED = String.raw`(?:is|are|was|were|be|becomes?) (?:not (?:needed|required|necessary|used)|unnecessary|unneeded|avoided|removed|eliminated|dispensable)\b`

/** The head of what is denied, "labels" of "labels of any kind", in all its forms. */
function formsOf(denied: string): string {
  const head = denied.replace(/ (?:of|for|in|on|from|to|with|by|at|about|during|when)\b.*$/i, '').split(/\s+/).at(-1) ?? denied
  const own = stem(head.toLowerCase().replace(/^(?:re|pre)-?(?=train)/, '').replace(/^fine-?(?=tun)/, ''))
  const forms = ALIKE.find((group) => group.some((one) => stem(one) === own))?.map(stem) ?? [own]
  return `(?:${[...new Set(forms)].map(escapedForPattern).join('|')})`
}

/** Whether a sentence denies it: "training-free", "without any labels", "retraining can be avoided". */
export function deniesIn(denied: string): (sentence: string) => boolean {
  const forms = formsOf(denied)
  const pattern = new RegExp(String.raw`\b[\w-]*${forms}\w*[- ]free\b|${DENIAL}(?:[\s(]+[\w-]+){0,3}?[\s-]+[\w-]*${forms}|${forms}\w*(?: [\w-]+){0,2}? ${NOT_NEEDED}`, 'i')
  return (sentence) => pattern.test(sentence)
}
