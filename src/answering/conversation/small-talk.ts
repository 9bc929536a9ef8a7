/** Answers a greeting, thanks, or a question about Footnote itself in a sentence or two, without a search. */
import { countOf } from '../writing/phrasing.js'

export type SmallTalk = 'greeting' | 'wellbeing' | 'thanks' | 'agreement' | 'goodbye' | 'abilities' | 'identity' | 'size' | 'translation'

const CALLED = String.raw`(?: (?:there|footnote|bot|all|everyone|again|friend|sir|madam|team))*`

const LANGUAGES = 'german|french|spanish|italian|portuguese|dutch|polish|russian|ukrainian|turkish|arabic|hindi|chinese|mandarin|japanese|korean|vietnamese|greek|czech|swedish|danish|norwegian|finnish|hungarian|romanian|hebrew|persian|farsi|deutsch|français|francais|español|espanol|italiano|português'

/** Each must match the whole question, in lower case and without punctuation. */
const PATTERNS: readonly (readonly [SmallTalk, RegExp])[] = [
  ['greeting', new RegExp(String.raw`^(?:(?:hi+|hello|hey+|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|bonjour|salut|hallo|guten (?:tag|morgen|abend)|hola|buenos d[ií]as|ciao|ol[áa]|namaste|你好|您好|こんにちは|привет)${CALLED} ?)+$`)],
  ['wellbeing', new RegExp(String.raw`^(?:(?:hi|hello|hey)${CALLED} )?(?:how are (?:you|things)|how(?: i)?s it going|how do you do|what ?s up)(?: doing)?(?: today)?${CALLED}$`)],
  ['thanks', /^(?:(?:ok|okay|great|perfect|cool|nice|wonderful|excellent|good|yes|right) )*(?:(?:many )?thanks|thank (?:you|u)|thx|ty|cheers|merci|danke|gracias|grazie|much appreciated|i appreciate (?:it|that))(?: (?:so|very) much| a lot| a bunch| a ton| again| footnote| sch[öo]n| beaucoup| for (?:your|the|that|this|all|it)\b.*| (?:this|that|it) (?:helps|is|was)\b.*)*$/],
  ['agreement', /^(?:(?:ok|okay|okey|k|got it|i see|understood|alright|all right|fine|sure|yes|yep|right|makes sense|good to know|(?:that(?: i)?s |that was |very |really |how |so )*(?:great|perfect|helpful|useful|good|nice|awesome|cool|clear|interesting|amazing)(?: answer| job| work)?|that helps|no more questions|nothing else|that(?: i)?s all)(?: |$))+$/],
  ['goodbye', new RegExp(String.raw`^(?:(?:ok|okay|thanks|thank you) )*(?:bye(?: bye)?|goodbye|good bye|good night|see (?:you|ya)(?: later| soon| tomorrow)?|farewell|ciao|so long|have a (?:nice|good|great) (?:day|one|evening|weekend)|au revoir|auf wiedersehen|tsch[üu]ss|adi[óo]s)${CALLED}$`)],
  ['abilities', /^(?:(?:so|ok|well|please) )*(?:what can (?:you|this|footnote) do(?: for me)?|what (?:can|could|should|may) i ask(?: (?:you|here|this))?(?: about)?|how (?:do|can|should) i use (?:you|this|footnote)|how can you help(?: me)?|(?:can|could) you help(?: me)?|help(?: me)?(?: please)?|what do you do|what are you (?:good )?for|what questions can (?:you answer|i ask)|how do you work|what do you know(?: about)?|what are your (?:capabilities|abilities|features|sources))$/],
  ['identity', /^(?:(?:so|ok|and) )*(?:who (?:are|r) (?:you|u)|what are you|what(?: i)?s your name|do you have a name|what is footnote|who (?:made|built|wrote|created) you|are you (?:an? )?(?:human|real|alive|person|robot|bot|chatbot|ai|chatgpt|gpt|llm|language model|machine|assistant)(?: or (?:an? )?\w+)?|introduce yourself|tell me about yourself)$/],
  ['translation', new RegExp(String.raw`^(?:(?:ok|and|please|pls|now|can|could|would|will|you|u) )*(?:translate(?: (?:it|that|this|them|the answer|everything|all|your answer))*(?: (?:in ?to|to) (?:${LANGUAGES}|my language|another language))?|(?:(?:answer|reply|say|write|repeat|speak|respond|talk|give)(?: me)?(?: (?:it|that|this|the answer|to me))*)? ?(?:in|auf|en) (?:${LANGUAGES}))(?: please| pls| bitte)?$`)],
  ['size', /^(?:(?:so|and|ok) )*(?:how many papers (?:do you (?:have|know|hold)|are (?:there|in (?:here|(?:the|this|your) (?:library|collection|database)))(?: in (?:the|this|your) (?:library|collection))?|does (?:the|this|your) library (?:have|hold|contain))|how (?:big|large) is (?:the|this|your) (?:library|collection|database))$/],
]

export function smallTalkIn(question: string): SmallTalk | undefined {
  const bare = question
    .toLowerCase()
    .replace(/[’']/g, ' ')
    .replace(/[^\p{L}\p{N} ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return PATTERNS.find(([, pattern]) => pattern.test(bare))?.[0]
}

/** @param papers how many the library holds */
export function smallTalkReply(kind: SmallTalk, papers: number): string {
  const about =
    papers === 0
      ? 'This library holds no papers yet; add some with `npm run ingest -- FILE`, then ask about them.'
      : `Ask me about the ${countOf(papers, 'paper')} in this library.`
  switch (kind) {
    case 'greeting':
      return `Hello. ${about}`
    case 'wellbeing':
      return `All is well here, thank you. ${about}`
    case 'thanks':
      return 'You are welcome.'
    case 'agreement':
      return 'Good. Ask on whenever you like.'
    case 'goodbye':
      return 'Goodbye.'
    case 'identity':
      return `I am Footnote, a program that answers questions from the papers of one library and shows the sentences that it rests on. ${about}`
    case 'abilities':
      return (
        'I answer questions from the titles and abstracts of the papers in this library, and quote what each answer rests on. ' +
        'Ask for a figure, a method, a definition, a list of papers, or a comparison; then ask on (“and on ImageNet?”, “the second one”). ' +
        `What the library does not say, I do not say either. ${papers === 0 ? about : `It holds ${countOf(papers, 'paper')}.`}`
      )
    case 'translation':
      return 'I quote papers in their own words, so that each sentence can be checked, and do not translate them.'
    case 'size':
      return papers === 0 ? about : `This library holds ${countOf(papers, 'paper')}.`
  }
}

const PLEASANTRY = /^(?:(?:hi|hello|hey(?: there)?|ok(?:ay)?|thanks(?: a lot| so much)?|thank you(?: so much| very much)?|great|cool|perfect|nice|interesting|well|good (?:morning|afternoon|evening|day)|sure|got it|i see|alright)\s*[,.!;:–—-]+\s*)+/i

/** The same without a comma, before what is asked. */
const LEADING = /^(?:(?:ok(?:ay)?|thanks|thx|ty|great|cool|nice|hm+|well|interesting|right|yes|yeah|yep|alright|sure|oh|ah|aha|wow|got it|i see|good)[ ,.!…:]+)+(?=(?:and|but|so|what|which|how|why|who|when|where|is|are|does|do|did|can|could|was|were|has|have|tell|show|give|list|now|then)\b)/i
const TRAILING = /[\s,]+(?:please|pls|plz|thanks|thx|thank you|btw|though|tho)(?=\s*[.?!]*\s*$)/i

const CHANGE = /^\W*(?:(?:and|now|ok(?:ay)?|so|let(?:'|’)s (?:talk|move on to)|moving on to|on to) )*(?:something (?:else|different)|(?:an)?other (?:question|topic|thing)|a (?:different|new) (?:question|topic)|(?:new|next) (?:question|topic)|changing (?:the )?(?:subject|topic))\s*[:,.;–—-]+\s*/i

/** "Thanks! And the second one?" without its thanks; the question itself if nothing else is in it. */
export function withoutPleasantries(question: string): string {
  const rest = question.replace(PLEASANTRY, '').replace(LEADING, '').replace(TRAILING, '').replace(CHANGE, '')
  return rest === '' ? question : rest
}
