/** Takes out of a question how it wants to be answered ("ELI5", "in simple terms", "could you please"): no paper speaks of that. */

const MANNERS: readonly RegExp[] = [
  /\b(?:eli5|tl;?dr)\b[:,]?\s*/gi,
  /^\W*(?:(?:hi|hello|hey)[,!.]?\s+)?(?:(?:please|kindly)\s+)?(?:(?:can|could|would|will) you(?: please)?|please|i(?:['’]d| would) like (?:you )?to(?: know)?|(?:do|would) you (?:happen to )?know|help me (?:to )?understand)\s+(?=(?:explain|describe|define|compare|tell|show|list|summari[sz]e|what|which|why|how|when|where|who)\b)/i,
  /,?\s+(?:in (?:simple|plain|layman['’]?s|lay|easy|everyday) (?:terms|words|english|language)|in (?:brief|short|a nutshell|one sentence|a few words|a sentence or two)|like i['’]?m (?:five|5)(?: years? old)?|as if i were (?:five|5)(?: years? old)?|(?:simply|briefly|shortly|please))(?=\s*[?.!]*\s*$)/gi,
  /(?<=^\W*(?:explain|describe|define|tell me|summari[sz]e))\s+(?:simply|briefly|shortly|in (?:simple|plain) (?:terms|words|english))(?=\s)/gi,
]

/** The question itself, or as it was where nothing else would be left. */
export function withoutManner(question: string): string {
  const plain = MANNERS.reduce((text, pattern) => text.replace(pattern, ''), question).trim()
  return /\p{L}/u.test(plain) ? plain : question
}
