/** Learns the pieces of words that a model knows, and cuts words into them. */

/** The four special tokens come first; none of them weighs anything in a vector. */
export const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const
const UNKNOWN_ID = 1
/** A longer word is unknown, here as in every WordPiece tokenizer. */
export const MAX_WORD_LENGTH = 100
const CONTINUATION = '##'
const ALPHABET = [...'abcdefghijklmnopqrstuvwxyz0123456789']
/** Rarer words teach nothing about which pieces are worth a row. */
const MIN_WORD_COUNT = 3
const LEARNABLE = /^[a-z0-9]{1,40}$/
/** Merges go past the asked size by this much; the pieces that longer ones made superfluous then leave. */
const SURPLUS = 1.15

export interface Vocabulary {
  /** Token by id; a piece that continues a word starts with `##`. */
  readonly tokens: readonly string[]
  /** Ids of the pieces of one word of `words()`, longest match first; `[UNK]` alone if a letter is unknown. */
  encode(word: string): number[]
}

export function createVocabulary(tokens: readonly string[]): Vocabulary {
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const encode = (word: string): number[] => {
    const letters = [...word]
    if (letters.length > MAX_WORD_LENGTH) return [UNKNOWN_ID]
    const pieces: number[] = []
    for (let start = 0; start < letters.length; ) {
      let end = letters.length
      let id: number | undefined
      for (; end > start && id === undefined; end--) {
        id = ids.get((start > 0 ? CONTINUATION : '') + letters.slice(start, end).join(''))
      }
      if (id === undefined) return [UNKNOWN_ID]
      pieces.push(id)
      start = end + 1
    }
    return pieces
  }
  return { tokens, encode }
}

/**
 * A WordPiece vocabulary of at most `size` tokens for words with their counts: the commonest pair of
 * neighbouring pieces becomes a piece until there are enough (Sennrich et al. 2016), then the least
 * used pieces go. Every letter and digit stays, so that every word in a–z, 0–9 can be spelled.
 */
export function learnVocabulary(counts: ReadonlyMap<string, number>, size: number): Vocabulary {
  const letters = ALPHABET.flatMap((letter) => [letter, CONTINUATION + letter])
  const learnable = [...counts].filter(([word, count]) => count >= MIN_WORD_COUNT && LEARNABLE.test(word))
  const merged = mergePairs(learnable, letters, Math.round(size * SURPLUS) - SPECIAL_TOKENS.length)
  const surplus = createVocabulary([...SPECIAL_TOKENS, ...merged])
  const used = new Float64Array(surplus.tokens.length)
  for (const [word, count] of learnable) for (const id of surplus.encode(word)) used[id] = (used[id] ?? 0) + count
  const fixed = SPECIAL_TOKENS.length + letters.length
  const kept = [...surplus.tokens.keys()]
    .slice(fixed)
    .filter((id) => (used[id] as number) > 0)
    .sort((a, b) => (used[b] as number) - (used[a] as number) || a - b)
    .slice(0, Math.max(0, size - fixed))
  return createVocabulary([...surplus.tokens.slice(0, fixed), ...kept.map((id) => surplus.tokens[id] as string)])
}

/** Byte-pair merging over whole words; pieces are numbered, and a pair is one number. */
const PAIR = 2 ** 20

function mergePairs(learnable: readonly (readonly [string, number])[], letters: string[], size: number): string[] {
  const pieces = [...letters]
  const idOf = new Map(pieces.map((piece, id) => [piece, id]))
  const spelled = learnable.map(([word]) =>
    [...word].map((letter, at) => idOf.get(at > 0 ? CONTINUATION + letter : letter) as number))
  const counts = new Map<number, number>()
  const places = new Map<number, number[]>()
  const add = (pair: number, count: number, word: number) => {
    counts.set(pair, (counts.get(pair) ?? 0) + count)
    const known = places.get(pair)
    if (known === undefined) places.set(pair, [word])
    else if (known[known.length - 1] !== word) known.push(word)
  }
  learnable.forEach(([, count], word) => eachPair(spelled[word] as number[], (pair) => add(pair, count, word)))
  const queue = createQueue(counts)
  for (const pair of counts.keys()) queue.push(pair)
  while (pieces.length < size) {
    const best = queue.pop()
    if (best === undefined) break
    const [left, right] = [Math.floor(best / PAIR), best % PAIR]
    const piece = (pieces[left] as string) + (pieces[right] as string).slice(CONTINUATION.length)
    // Two routes can spell one piece; merging the second into the first keeps tokens distinct.
    const id = idOf.get(piece) ?? pieces.push(piece) - 1
    idOf.set(piece, id)
    const touched = new Set<number>()
    for (const word of places.get(best) ?? []) {
      const count = (learnable[word] as readonly [string, number])[1]
      const before = spelled[word] as number[]
      const after = merge(before, left, right, id)
      if (after.length === before.length) continue
      eachPair(before, (pair) => counts.set(pair, (counts.get(pair) as number) - count))
      eachPair(after, (pair) => {
        add(pair, count, word)
        touched.add(pair)
      })
      spelled[word] = after
    }
    places.delete(best)
    for (const pair of touched) queue.push(pair)
  }
  return pieces
}

function eachPair(pieces: readonly number[], visit: (pair: number) => void): void {
  for (let at = 1; at < pieces.length; at++) visit((pieces[at - 1] as number) * PAIR + (pieces[at] as number))
}

function merge(pieces: readonly number[], left: number, right: number, id: number): number[] {
  const merged: number[] = []
  for (let at = 0; at < pieces.length; at++) {
    const joins = pieces[at] === left && pieces[at + 1] === right
    merged.push(joins ? id : (pieces[at] as number))
    if (joins) at++
  }
  return merged
}

/**
 * A heap of pairs by count, ties by number. Counts change behind its back: a pair whose count fell
 * since it was pushed goes back with its present count when it comes up.
 */
function createQueue(counts: ReadonlyMap<number, number>) {
  const heap: { readonly pair: number; readonly count: number }[] = []
  const before = (a: number, b: number) => {
    const [left, right] = [heap[a] as (typeof heap)[0], heap[b] as (typeof heap)[0]]
    return left.count > right.count || (left.count === right.count && left.pair < right.pair)
  }
  const swap = (a: number, b: number) => ([heap[a], heap[b]] = [heap[b] as (typeof heap)[0], heap[a] as (typeof heap)[0]])
  const push = (pair: number) => {
    const count = counts.get(pair) as number
    if (count < MIN_WORD_COUNT) return
    let at = heap.push({ pair, count }) - 1
    for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); at = parent, parent = (at - 1) >> 1) swap(at, parent)
  }
  const take = () => {
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    heap[0] = last
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && before(child, least)) least = child
      if (least === at) return top
      swap(at, least)
      at = least
    }
  }
  const pop = (): number | undefined => {
    for (let top = take(); top !== undefined; top = take()) {
      const count = counts.get(top.pair) as number
      if (count === top.count) return top.pair
      if (count < top.count) push(top.pair)
    }
    return undefined
  }
  return { push, pop }
}
