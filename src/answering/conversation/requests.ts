/** Recognises requests that are made of the answer before, not of the papers: more of it, less of it, its source, another wording. */

export type AnswerRequest = 'more' | 'others' | 'summary' | 'again' | 'shorter' | 'reference' | 'newest' | 'oldest'

const POLITE = String.raw`(?:(?:can|could|would|will) (?:you|u) (?:please )?|please |i(?:['’]d like| would like| want| need) (?:you to |to (?:see|have|get|know) )?|(?:just )?)*`
const END = String.raw`(?:,? (?:please|for me|instead|again|now|if possible))*\W*$`
const THAT = String.raw`(?:(?:that|this|it|them|these|those|all (?:that|this|of (?:that|this|it|them)))|(?:the|your|that|this|these|those|last) (?:answers?|papers?|findings|results|text|quotes?|summary|reply|response|last answer))`
const OF_WHAT = String.raw`(?: (?:to|for|of|about|on|behind) (?:${THAT}|which (?:paper|one)))?`

const whole = (...bodies: readonly string[]) => new RegExp(String.raw`^\W*(?:(?:and|but|so|ok(?:ay)?|no)[, ]+)*${POLITE}(?:${bodies.join('|')})${END}`, 'i')

/** The first that matches decides. */
const REQUESTS: readonly (readonly [AnswerRequest, RegExp])[] = [
  [
    'more',
    whole(
      String.raw`(?:(?:tell|give|show) me (?:some |a (?:bit|little) )?more(?: details| information| info)?|(?:some |a (?:bit|little) )?more(?: details?| information| info)?|(?:any |some )?(?:further|more) details|go on|continue|carry on|keep going|elaborate|expand|explain (?:further|more|in more detail)|say more|(?:a )?longer(?: answer)?|(?:in )?(?:more|greater) (?:detail|depth)|what else(?: (?:is there|does it say|do they say|did (?:they|it) (?:find|show|say|do|report)|do you (?:have|know)))?|anything else|and\??|details)(?: (?:on|about) ?${THAT})*`,
    ),
  ],
  ['others', whole(String.raw`(?:(?:are there|do you have|is there|show me|give me|what|which|any|have you got) )*(?:any )?(?:others?|other (?:papers|ones|work|works|studies)|more papers|more (?:like|of) (?:this|that|these|them|those))(?: (?:are there|on (?:this|that|it)|about (?:this|that|it)|like (?:this|that|it|these|them)))*`)],
  ['newest', whole(String.raw`(?:(?:(?:is|are) there |do you have |show me |what(?:['’]s| is| are) |which is )?(?:(?:anything|something|any|the|some) )?(?:newer|more recent|newest|latest|most recent|more up[- ]to[- ]date)(?: (?:ones?|papers?|works?|studies|results|research))?(?: (?:on|about) (?:this|that|it))?)`)],
  ['oldest', whole(String.raw`(?:(?:(?:is|are) there |do you have |show me |what(?:['’]s| is) )?(?:(?:anything|something|any|the) )?(?:older|oldest|earliest)(?: (?:ones?|papers?|works?|studies))?(?: (?:on|about) (?:this|that|it))?)`)],
  [
    'summary',
    whole(
      String.raw`(?:summari[sz]e(?: ${THAT})?|tl ?;? ?dr|(?:in|as) (?:short|brief|a nutshell)|sum (?:it|that|this|these) up|(?:give me )?(?:the|a)(?: \w+)? (?:gist|summary|overview)(?: of ${THAT})?|(?:(?:show|give|read) me )?(?:the )?(?:full |whole )?abstract(?: of ${THAT})?)(?: (?:in|with) .{1,40})?`,
    ),
  ],
  ['shorter', whole(String.raw`(?:(?:a (?:bit|little) |much )?(?:shorter|briefer|more concise(?:ly)?)(?: (?:answer|version|one))?|(?:make|keep|say|put|write|phrase) (?:it|that|this|the answer) (?:(?:a (?:bit|little) )?(?:shorter|brief(?:er)?|short|more concise)|in one sentence)|(?:that(?:['’]s| is| was)|it(?:['’]s| is)|way|far)? ?too (?:long|much)(?: text)?|(?:just|only) (?:the )?(?:number|figure|answer|facts?|main point|key point|yes or no)|one (?:line|sentence)(?: only)?|be brief|briefly|a one[- ]liner|(?:in|as|with) (?:one|a|a single) (?:sentence|line))`)],
  [
    'reference',
    whole(
      String.raw`(?:(?:give|show|send|tell|get) (?:me )?)?(?:(?:the|a|your|its|their|full|an?) )*(?:references?|citations?|bibliograph(?:y|ic (?:data|details))|bib ?tex|doi|link|url|title|authors? and year)${OF_WHAT}`,
      String.raw`(?:how (?:do|can|should) i )?cite (?:this|that|it|them|the paper)`,
      String.raw`(?:which|what) (?:paper|article|study|publication) (?:is|was) (?:that|this|it)(?: from| in)?`,
      String.raw`(?:just|only) (?:the )?(?:titles|names|papers|references|authors)(?: of ${THAT})?|(?:list|name) (?:the )?(?:titles|references|authors)`,
      String.raw`what(?:['’]s| is) the (?:title|doi|link|reference|citation|full title)${OF_WHAT}`,
    ),
  ],
  [
    'again',
    whole(
      String.raw`(?:really|seriously|sure|(?:are|r) (?:you|u) (?:really |absolutely |quite )?(?:sure|certain|positive|serious)(?: (?:about|of) ${THAT})?|is (?:that|this|it) (?:really |actually )?(?:true|right|correct|so|certain|reliable)|how (?:do|can) you (?:know|be sure|tell)(?: (?:that|this|of that))?|says who|who says (?:so|that)|where (?:does|do|did) (?:it|the paper|they|you) (?:say|get|find|read|take|have) (?:so|that|this|it)(?: from)?|(?:can|could) you (?:prove|back up|quote|verify|double[- ]check|check) (?:that|this|it)|(?:prove|verify|(?:double[- ]?)?check) (?:it|that|this)|i (?:don['’]?t|do not) believe (?:that|it|you)|i doubt (?:it|that)|(?:that|this|it)(?:['’]s| is| was| can['’]?t be)? (?:wrong|not (?:true|right|correct))|that (?:can['’]?t|cannot) be (?:right|true))`,
      String.raw`(?:what(?:['’]s| is| are| was| were) (?:your|the) )?(?:sources?|evidence|proof|quotes?|(?:exact )?(?:words?|wording|passage|sentence))${OF_WHAT}|(?:(?:give|show|tell) me )(?:the |your |some )?(?:sources?|evidence|proof|exact (?:words?|wording|quote)|quotes?|passage|sentence)${OF_WHAT}|quote (?:it|that|this|the (?:paper|sentence|abstract))|citation needed|on what (?:basis|grounds)|based on what|according to whom`,
      String.raw`(?:(?:explain|say|tell|put|describe|phrase|write|repeat|rephrase|reword|reformulate|simplify)(?: me)?(?: ${THAT})?(?: (?:again|once more|differently|better|another way|(?:more )?(?:simply|clearly|plainly)|simpler|easier))*(?: (?:in|with|using|like|as|for) (?:other|simple[r]?|plain|easy|easier|layman['’]?s?|lay|normal|everyday|your own|a (?:different|simpler) way|an?|i(?:['’]?m| am)).*)?)`,
      String.raw`(?:again|once more|one more time|(?:a (?:bit|little) )?(?:simpler|easier|plainer|clearer|more simply|less technical(?:ly)?)(?: words| terms| english| version)?|in (?:other|simple[r]?|plain|easy|easier|layman['’]?s?|lay|normal|everyday|your own) (?:words|terms|language|english)|in english|eli ?5|explain like i['’]?m (?:5|five)|(?:i )?(?:don['’]?t|do not|didn['’]?t|did not|can['’]?t) (?:understand|get|follow)(?: (?:it|that|this|you|a word))?|huh|come again|pardon|what do you mean(?: by that)?|what does (?:that|this) mean|meaning|(?:that(?:['’]s| is)|it(?:['’]s| is)) (?:too )?(?:complicated|technical|unclear|confusing|hard to (?:understand|follow)))`,
      String.raw`(?:as|in|make (?:it|that|this)|(?:put|give|show) (?:it|that|this|me (?:it|that|this)) (?:as|in)) (?:an? )?(?:bullet(?:s|ed list| points| list)?|list|table|markdown)`,
    ),
  ],
]

/** What a question asks of the answer before it; undefined where it asks anything else. */
export function answerRequestIn(question: string): AnswerRequest | undefined {
  return question.length > LONGEST ? undefined : REQUESTS.find(([, pattern]) => pattern.test(question))?.[0]
}

/** Characters: whoever writes more asks something of their own. */
const LONGEST = 160
