/** Splits a text into the words that every comparison of texts in Footnote is made of. */

const GREEK: Readonly<Record<string, string>> = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ϵ: 'epsilon', ζ: 'zeta', η: 'eta',
  θ: 'theta', ϑ: 'theta', ι: 'iota', κ: 'kappa', λ: 'lambda', μ: 'mu', ν: 'nu', ξ: 'xi',
  ο: 'omicron', π: 'pi', ρ: 'rho', σ: 'sigma', ς: 'sigma', τ: 'tau', υ: 'upsilon', φ: 'phi',
  ϕ: 'phi', χ: 'chi', ψ: 'psi', ω: 'omega',
}

export const NON_ASCII = /[^\p{ASCII}]/u

/**
 * Lower case, compatibility forms folded (NFKD: `ﬁ` → `fi`, `²` → `2`), accents removed, a Greek
 * letter spelled out wherever it stands (`DεpS` → `depsilonps`), so that `TGF-β` and `TGF-beta` meet.
 */
export function fold(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[\u0370-\u03ff]/gu, (letter) => GREEK[letter] ?? letter)
}

/** Runs of letters and digits of the folded text, any script: `L-Mul at 10.7×` → l, mul, at, 10, 7. */
export function words(text: string): string[] {
  const folded = fold(text)
  return folded.match(NON_ASCII.test(folded) ? /[\p{L}\p{N}]+/gu : /[a-z0-9]+/g) ?? []
}

/** Scripts that leave no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Every locale finds the words of these scripts by the same dictionaries. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/** The segmenter's time grows with the square of a run, and nobody writes so many letters without a mark. */
const PIECES_OF_A_RUN = /.{1,1000}/gsu

/** The words of a run of letters: the run itself, but by dictionary in a script without spaces: `压缩模型` → 压缩, 模型. */
export function segments(run: string): readonly string[] {
  if (!NON_ASCII.test(run) || !UNSPACED.test(run)) return [run]
  return (run.match(PIECES_OF_A_RUN) ?? []).flatMap((piece) => Array.from(segmenter.segment(piece), ({ segment }) => segment))
}

export function escapedForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
