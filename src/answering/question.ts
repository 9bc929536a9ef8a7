/** Reads from a question what kind of answer would satisfy it. */
import { subjectTerms } from '../text/terms.js'
import type { Term } from '../text/terms.js'

export type QuestionKind =
  /** Papers or approaches, several: "Which papers …", "What methods …". */
  | 'list'
  /** A number: "How much", "What accuracy". */
  | 'figure'
  | 'comparison'
  | 'definition'
  | 'reason'
  /** A way of doing: "How is … done?" */
  | 'method'
  /** A thing with a name: "Which dataset", "Who". */
  | 'name'
  | 'yes-no'
  | 'open'

export interface Question {
  readonly text: string
  readonly kind: QuestionKind
  readonly terms: readonly Term[]
}

const MEASURES = String.raw`accurac(?:y|ies)|rates?|percentages?|percent|share|fraction|speed-?ups?|ratios?|factors?|numbers?|scores?|f1|bleu|map|auc|auroc|error|latency|throughput|size|cost|savings?|reductions?|improvements?|gains?|energy|memory|parameters?|performance|perplexity|p-?values?|prevalence|incidence|dose|mortality|risk|temperature|mass|age`

/** The first rule that matches decides. */
const RULES: readonly (readonly [QuestionKind, RegExp])[] = [
  ['list', /\b(?:which|what|any|list|show|find|name|give|recommend|are there)\b(?: me)?(?: (?:all|some|other|the|recent|good|different|existing|main))*(?: [\w-]+){0,2} (?:papers?|articles?|studies|publications|works?|approaches|methods|techniques|ways|strategies|algorithms|models|frameworks|datasets|benchmarks|options|solutions)\b/],
  ['comparison', /\b(?:compare[ds]?|comparison|versus|vs\.?|differences? between|better than|worse than|(?:is|are|does|do) .+ or .+\?$|which is (?:better|faster|more|less))\b/],
  ['figure', new RegExp(String.raw`\bhow (?:much|many|fast|large|big|small|accurate|often|long|far|high|low|well|strong(?:ly)?)\b|\bby what\b|\b(?:what|which)\b(?: (?:is|are|was|were|the|kind of|top-1|top-5|test|maximum|minimum|average|mean|overall|final))*(?: [\w-]+)? (?:${MEASURES})\b`)],
  ['reason', /^\W*(?:why|what (?:causes|explains|makes|leads))\b|\b(?:reasons?|cause) (?:for|of|why)\b/],
  ['definition', /^\W*(?:what (?:is|are|does .+ (?:mean|stand for))|define|explain|describe|who is)\b(?! the (?:best|most|main))/],
  ['method', /^\W*(?:in (?:what|which) way|how)\b/],
  ['name', /^\W*(?:(?:on|in|with|for|by|to|from) )?(?:which|what|who|whom|whose|where|when)\b/],
  ['yes-no', /^\W*(?:is|are|was|were|do|does|did|can|could|should|has|have|will|would|may|might)\b/],
]

export function readQuestion(text: string): Question {
  const lower = text.toLowerCase()
  const kind = RULES.find(([, pattern]) => pattern.test(lower))?.[0] ?? 'open'
  return { text, kind, terms: subjectTerms(text) }
}
