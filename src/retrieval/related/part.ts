/** Tells which part a sentence has in an abstract: pairs that meet on the same point say more than two backgrounds. */

export type Part = 'problem' | 'proposal' | 'result' | 'background'

const PROPOSAL = /\b(?:(?:we|our (?:paper|work|study)|this (?:paper|work|article|study|letter|thesis|survey|review)|the (?:present|current) (?:paper|work|study)) (?:\w+ly |also |then |first |further |therefore |thus )?(?:propos|introduc|present|develop|design|describ|devis|formulat|stud(?:y|ies)|investigat|examin|explor|address|consider|analy[sz]|review|survey|extend|derive|construct|use|employ|apply|adopt|combin|build|creat|provid|offer|aim|focus|argue|ask|revisit)\w*|is (?:proposed|presented|introduced|developed)|are (?:proposed|presented|introduced|developed)|our (?:method|approach|model|framework|algorithm|system|key (?:idea|insight))|in this (?:paper|work|article|study|letter))\b/i
const PROBLEM = /\b(?:however|challeng\w*|suffers?|bottlenecks?|lacks?|difficult\w*|despite|prohibitive\w*|costly|expensive|unfortunately|remains?|limitations?|limited (?:by|to)|hinder\w*|fails?|problem|inefficien\w*|overlook\w*|unclear|unknown|little is known|poorly understood|scarce\w*|struggles?)\b/i
const RESULT = /\b(?:outperform\w*|experiments?|results? (?:show|demonstrate|indicate|suggest|reveal)|(?:we|our results) (?:show|find|found|demonstrate|observe|report|prove|conclude)|achiev\w+|surpass\w*|improves?|reduces? .{0,40}\d|state-of-the-art|conclud\w+|evaluat\w+|speed-?ups?|\d(?:\.\d+)?\s?%)/i

/** By its wording alone. */
export function partOf(sentence: string): Part {
  if (PROPOSAL.test(sentence)) return 'proposal'
  if (RESULT.test(sentence)) return 'result'
  return PROBLEM.test(sentence) ? 'problem' : 'background'
}

/** What a pair is worth by the parts of its sentences; 1 for most. */
const SAME_POINT: Readonly<Record<Part, number>> = { proposal: 1.3, problem: 1.25, result: 0.95, background: 1 }
const OTHER_POINT = 0.9

export function meeting(one: Part, other: Part): number {
  return one === other ? SAME_POINT[one] : OTHER_POINT
}
