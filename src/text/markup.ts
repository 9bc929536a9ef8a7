/** Takes HTML and JATS markup out of a text. */

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}\d?));/g

const NAMED: ReadonlyMap<string, string> = new Map(
  `amp=& lt=< gt=> quot=" apos=' semi=; nbsp=\u00a0 ensp=\u00a0 emsp=\u00a0 thinsp=\u00a0 ndash=– mdash=— lsquo=‘ rsquo=’ ldquo=“ rdquo=”
  sbquo=‚ bdquo=„ hellip=… bull=• middot=· deg=° plusmn=± times=× divide=÷ minus=− le=≤ ge=≥ ne=≠ asymp=≈ sim=∼
  infin=∞ prop=∝ rarr=→ larr=← harr=↔ micro=µ para=¶ sect=§ copy=© reg=® trade=™ euro=€ pound=£ yen=¥ cent=¢
  sup1=¹ sup2=² sup3=³ frac12=½ frac14=¼ frac34=¾ permil=‰ prime=′ Prime=″ radic=√ sum=∑ part=∂ nabla=∇ shy=\u00ad
  alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ iota=ι kappa=κ lambda=λ mu=μ nu=ν xi=ξ pi=π
  rho=ρ sigma=σ tau=τ upsilon=υ phi=φ chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ
  Phi=Φ Psi=Ψ Omega=Ω szlig=ß aelig=æ AElig=Æ oslash=ø Oslash=Ø aring=å Aring=Å ccedil=ç Ccedil=Ç ntilde=ñ
  Ntilde=Ñ eth=ð thorn=þ scaron=š Scaron=Š oelig=œ OElig=Œ`
    .split(/[ \n]+/)
    .map((entry): [string, string] => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
)

const ACCENT_ENTITY = /^([aeiouyAEIOUY])(acute|grave|circ|uml|tilde)$/
const ACCENT_MARKS: Readonly<Record<string, string>> = { acute: '\u0301', grave: '\u0300', circ: '\u0302', uml: '\u0308', tilde: '\u0303' }

/** Numbers 128–159 mean Windows-1252 in HTML (WHATWG HTML, 13.2.5.80). */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Only names that are markup: `<K>`, `<111>` and `a <b and c> d` are mathematics. */
const TAG = /<(\/?)((?:jats|mml|xml|ce|sb):[a-zA-Z0-9-]{1,30}|[a-z][a-z0-9-]{0,20}|BR|EM|STRONG|SUB|SUP|DIV|SPAN)(\s[^<>]{0,300})?\s?\/?>/g
const INLINE = new Set('i b u a em strong span italic bold underline sc small big tt code font mark inf sub sup inline-formula tex-math math mi mn mo mrow msub msup mtext xref ext-link abbr cite q s'.split(' '))
const BLOCK = new Set('p br div title sec list list-item li ul ol hr h1 h2 h3 h4 h5 h6 abstract label table tr td th blockquote pre disp-formula'.split(' '))

/** Tags that load, run or send something, whole or cut off; no mathematics is called so. */
const ACTIVE_TAG =
  /<!--.{0,2000}?-->|<!--|<\/?(?:(?:img|script|iframe|svg|embed|textarea|marquee|canvas|noscript|html)\b|(?:image|style|frame|object|video|audio|source|link|meta|base|form|input|button|select|body|head|template|a)(?=\s+[\w-]+\s?=|\s?\/?>))(?:[^<>]{0,2000}>)?/gis

const IMAGE = /!\[([^\][]{0,300})\](?:\([^()]{0,2000}\)|\[[^\][]{0,300}\])/g
const LINK = /\[([^\][]{0,300})\]\(\s*(?:<?(https?:\/\/[^\s()<>]{1,2000})>?[^()]{0,300}|[^()\s]{0,200}[:/#.][^()]{0,2000})\)/g
const AUTOLINK = /<((?:https?|ftp|mailto|javascript|data):[^<>\s]{0,2000})>/gi
/** Script and style with all that is in them; tokens by which chat models tell speakers apart. */
const NOT_TEXT = /<(script|style)\b[^<>]{0,2000}>[^<]{0,5000}<\/\1\s?>|<\|[^|<>]{1,40}\|>/gi
const CLOSING_TAG = /<\/([a-z][\w-]{0,30})\s?>/gi
const REFERENCE = /\[\d{1,3}\]:\s+(?=https?:)/g
/** `f[i](x)` still reads as it should; as a link it acts no more. */
const LINK_JOINT = /\](?=[([])/g
const SCRIPT_ADDRESS = /\b(?:java|vb)script:/gi

/** Without links, images and what loads or runs: the text of a link stays, with its address in brackets. */
export function stripActive(text: string): string {
  const untagged = text.includes('<') ? withoutStrangeTags(text.replace(AUTOLINK, '$1').replace(NOT_TEXT, ' ').replace(ACTIVE_TAG, ' ')) : text
  if (!/[\]`]/.test(untagged)) return untagged.replace(SCRIPT_ADDRESS, 'script ')
  return untagged
    .replace(IMAGE, '$1')
    .replace(LINK, (_, label: string, address?: string) => (address === undefined || address === label ? label : `${label} (${address})`))
    .replace(REFERENCE, '')
    .replace(/`{3,}\w*/g, ' ')
    .replace(LINK_JOINT, '] ')
    .replace(/!\[/g, '! [')
    .replace(SCRIPT_ADDRESS, 'script ')
}

/** A tag of any name that is also closed is markup, and no mathematics; those of `stripTags` say more by their place. */
function withoutStrangeTags(text: string): string {
  const names = new Set([...text.matchAll(CLOSING_TAG)].map((match) => (match[1] as string).toLowerCase()).filter((name) => !INLINE.has(name) && !BLOCK.has(name)))
  if (names.size === 0) return text
  return text.replace(/<\/?([a-z][\w-]{0,30})(?:\s[^<>]{0,300})?>/gi, (tag, name: string) => (names.has(name.toLowerCase()) ? ' ' : tag))
}

const MARKER = /(?<!(?:\b(?:in|interval|range|over|within|between|from|set|to|of)|[∈×=^])\s?)\[\s?(\^?[1-9]\d{0,2}(?:\s?[,;–-]\s?[1-9]\d{0,2}){1,30})\s?\]|\[\s?\^?(\d{1,3})\s?\]|\[((?:Sources?|Refs?\.?)\s?\d{1,3})\]|【([^】]{0,60})】/giu

/** Markers of somebody else's sources, `[7]`, in round brackets: in square ones they would pass for ours. Intervals stay. */
export function unmarkReferences(text: string): string {
  return text.replace(MARKER, (_, list?: string, one?: string, named?: string, lenticular?: string) => `(${(list ?? one ?? named ?? lenticular ?? '').replace('^', '')})`)
}

/** Entities replaced by their characters; an unknown one stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED.get(name) ?? accented(name) ?? entity
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    if (code >= 128 && code < 160) return WINDOWS_1252[code - 128] as string
    return code > 0x10ffff ? '' : String.fromCodePoint(code)
  })
}

function accented(name: string): string | undefined {
  const found = ACCENT_ENTITY.exec(name)
  return found === null ? undefined : `${found[1] as string}${ACCENT_MARKS[found[2] as string] as string}`.normalize('NFC')
}

/** Without tags of markup; `10<sup>5</sup>` becomes `10^5`, never `105`, and a heading ends in a colon. */
export function stripTags(text: string): string {
  return text.replace(TAG, (tag, slash: string, fullName: string, attributes: string | undefined, at: number) => {
    const name = fullName.replace(/^.*:/, '').toLowerCase()
    const known = fullName.includes(':') || INLINE.has(name) || BLOCK.has(name)
    if (!known || (attributes !== undefined && attributes.trim() !== '' && !attributes.includes('='))) return tag
    if (slash === '/') return name === 'title' && /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? ': ' : BLOCK.has(name) ? ' ' : ''
    const following = text.slice(at + tag.length, at + tag.length + 1)
    if (name === 'sup' && /[\d+−-]/.test(following)) return '^'
    if ((name === 'sub' || name === 'inf') && /\d/.test(following) && /\d/.test(text[at - 1] ?? '')) return '_'
    return BLOCK.has(name) ? ' ' : ''
  })
}
