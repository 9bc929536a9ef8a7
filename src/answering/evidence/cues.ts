/** Words by which authors tell what a sentence of an abstract does: give a result, a reason, a definition. */

export const CUES = {
  result: /\b(?:results?|show(?:s|ed|n|ing)?|demonstrat\w+|achiev\w+|improv\w+|outperform\w+|reduc\w+|increas\w+|decreas\w+|find|found|reveal\w*|observ\w+|conclu\w+|significant(?:ly)?|yield\w*|suggest\w*|indicat\w+|attain\w*|reach\w*|surpass\w*|experiments?|evaluation)\b/i,
  /** The same, of what was found alone. */
  finding: /\b(?:results?|show(?:s|ed|n)?|demonstrat\w+|achiev\w+|improv\w+|outperform\w+|reduc\w+|increas\w+|decreas\w+|lower\w*|rais\w+|prevent\w*|found|finds?|surpass\w*|exceeds?|beats?|effective|significant\w*|associated|conclu\w+|suggest\w*|superior|comparable|useful)\b/i,
  background: /\b(?:recent(?:ly)?|has been|have been|existing|traditional(?:ly)?|conventional|despite|widely|typically|usually|commonly|remains?|challeng\w+|important|crucial|attention|popular|unlike previous|however)\b/i,
  /** Of what was known before, or why the subject matters. */
  beforehand: /^(?:recent(?:ly)?\b|in recent|existing|traditional|conventional|despite|although|while|many|most|several|previous|prior|current)|\b(?:has|have) (?:been|become|emerged|gained|attracted|shown|achieved)\b|\bremains? (?:a|an|high|unclear|unknown|poor|difficult|challenging)|\b(?:is|are) (?:widely|commonly|typically|often|an important|one of|increasingly)\b|\bwe (?:seek|aim|ask)\b/i,
  contribution: /\b(?:we (?:propose|present|introduce|develop|describe|study|investigate|show|design|study)|this (?:paper|work|study|article) (?:proposes|presents|introduces|develops|describes|investigates)|propos(?:e|ed|es)|introduc(?:e|es|ing)|novel|called|dubbed|named|termed)\b/i,
  /** Tells what was looked at, rather than what came of it. */
  aim: /\b(?:we|the authors|this (?:paper|work|study|article|thesis|survey|review)|here)\b(?:,? \w+,?){0,2} (?:stud(?:y|ies|ied)|investigate[sd]?|examine[sd]?|analy[sz]e[sd]?|explore[sd]?|address(?:es|ed)?|consider(?:s|ed)?|evaluate[sd]?|compare[sd]?|test(?:s|ed)?|assess(?:es|ed)?|revisit(?:s|ed)?|discuss(?:es|ed)?|review(?:s|ed)?|describe[sd]?|present(?:s|ed)?|propose[sd]?|introduce[sd]?|measure[sd]?|seeks?|aims?|asks?)\b|\b(?:aims?|purpose|objectives?|goal) (?:of (?:this|the present) (?:study|work|paper|review) )?(?:is|was|were) to\b|^To (?:evaluate|assess|determine|compare|investigate|examine|study|test)\b|\b(?:is|are|was|were) (?:studied|investigated|examined|analy[sz]ed|explored|considered|evaluated|compared|assessed|conducted|performed|randomi[sz]ed|randomly)\b/i,
  comparison: /\b(?:than|compared|versus|outperform\w*|better|worse|higher|lower|more|less|faster|fewer|superior|comparable|while|whereas)\b/i,
  reason: /\b(?:because|due to|since|caus\w+|as a (?:result|consequence)|owing to|leads? to|result(?:s|ing)? (?:in|from)|stems? from|attribut\w+|therefore|thereby|thus|explain\w*|linked to|so that|why)\b/i,
  method: /\b(?:by \w+ing|via|using|uses?|based on|through|leverag\w+|consists? of|employ\w*|combin\w+|algorithm|train(?:s|ed|ing)?|replac\w+|approximat\w+)\b/i,
  limit: /\b(?:limit\w*|drawbacks?|challeng\w+|problems?|difficult\w*|shortcomings?|weakness\w*|disadvantages?|suffer\w*|fail\w*|costs?|expensive|however|seldom|rarely|bottlenecks?|hinder\w*|struggl\w*|restrict\w*|overhead|inefficien\w*|lacks?|unable|cannot|risks?|degrad\w*|bias\w*)\b/i,
  definition: /\b(?:is an?|are|refers? to|defined as|stands? for|which (?:is|are)|a (?:new|novel|simple) |called|\([A-Z][\w-]+\))/,
  denial: /\b(?:no|not|nor|neither|never|without|fail\w*|cannot|unable|lack\w*|little)\b/i,
} as const

/** Begins with a word that stands for something said before. */
export const LEANS = /^(?:It|They|This|These|That|Those|Such|Its|Their|Here|Thereby|Thus|Hence|Therefore|The (?:latter|former|result(?:ing)?|proposed|approach|method|model|framework|system|algorithm))\b(?! (?:paper|work|study|article|review|report)\b)/

/** The same behind a word that joins: "Moreover, these interactions …", "However, it …"; not "In addition, it is known that". */
export const LEANS_BEHIND = new RegExp(
  String.raw`^(?:however|moreover|furthermore|additionally|in (?:addition|contrast|turn|particular|general)|by contrast|also|besides|finally|specifically|notably|importantly|similarly|likewise|consequently|accordingly|as a (?:result|consequence)|thus|hence|therefore|(?:first|second|third|last)(?:ly)?|then|to (?:this|that) end),? (?:it(?! (?:is|was|has been) (?:\w+ )?\w+ (?:that|to)\b)|they|this|these|those|such|its|their|the (?:latter|former))\b(?! (?:paper|work|study|article|review|report)\b)`,
  'i',
)

/** What an abstract asks, what its authors hope for, and where their code lies; whoever asks where it lies is served by it. */
export const ASKS = /\?["'”’)\]]*$/
export const HOPES = /^we (?:hope|believe|expect|anticipate)\b.*\b(?:inspire|future|community|pave|foster|encourage)|\b(?:inspire|facilitate|encourage|stimulate) (?:future|further) (?:research|work)\b/i
export const LIES_AT = /\b(?:code|data|videos?|models?|datasets?|page|demo|implementation)\b.{0,60}\b(?:available|released|found|accessible) (?:at|on|from|in|under|here|online)\b|https?:\/\//i
export const ASKS_WHERE = /\b(?:code|data|datasets?|available|availability|released?|open[- ]?sourced?|github|url|link|website|where|repository|weights|hope|future)\b/i

/** Questions for what is wrong with something, and for what comes of it. */
export const ASKS_LIMIT = /\b(?:limit(?:s|ations?)?|drawbacks?|challenges?|weakness(?:es)?|shortcomings?|disadvantages?|downsides?|problems?|difficult(?:y|ies)|pitfalls?|risks?|side effects?|fails?|wrong|bad|poor(?:ly)?|hard|struggles?)\b/i
export const ASKS_EFFECT = /\b(?:effects?|affect\w*|impacts?|influence\w*|outcomes?|benefits?|happen\w*|change[sd]?|do|depend\w*|role|result)\b/i

/** Whether a sentence tells what was looked at, and not what came of it. */
export function isAim(text: string): boolean {
  return CUES.aim.test(text) && !/\b(?:show|demonstrat|find|found|prov|conclu|reveal)\w*\b/i.test(text)
}

export const PARTS = ['background', 'methods', 'results', 'conclusion'] as const
export type AbstractPart = (typeof PARTS)[number]

/** A heading may be the first word of a sentence: "Results of …" is none. */
const NO_HEADING = String.raw`\b(?! (?:of|for|that|are|is|was|were|shows?|indicates?|suggests?|demonstrates?|from|on|in|reveals?)\b)`
const HEADINGS: readonly (readonly [AbstractPart, RegExp])[] = [
  ['background', new RegExp(String.raw`^(?:background|context|introduction|rationale|objectives?|aims?|purpose)${NO_HEADING}`, 'i')],
  ['methods', new RegExp(String.raw`^(?:methods?|methodology|design|settings?|participants|patients|materials?|interventions?|main outcome|study|data)${NO_HEADING}`, 'i')],
  ['results', new RegExp(String.raw`^(?:(?:measurements? and |methods? and |principal )?(?:main )?(?:results|findings))${NO_HEADING}`, 'i')],
  ['conclusion', new RegExp(String.raw`^(?:conclusions?|interpretation|discussion|significance|summary)${NO_HEADING}`, 'i')],
]

/** The part of a structured abstract that each sentence stands in; undefined before the first heading. */
export function partsOf(sentences: readonly string[]): (AbstractPart | undefined)[] {
  let part: AbstractPart | undefined
  return sentences.map((text) => (part = isHeaded(text) ? (HEADINGS.find(([, heading]) => heading.test(text))?.[0] ?? part) : part))
}

/** In capitals, or set off by a colon or a full stop: "METHODS We …", "Methods: we …". */
function isHeaded(text: string): boolean {
  return /^(?:[A-Z]{3,}\b|[A-Z][a-z]+(?: [a-z]+){0,3}[.:])/.test(text)
}
