/** The training text as numbers: each paper a title and sentences, each of them a run of token ids. */
import { FootnoteError } from '../../errors.js'
import { sentences } from '../../papers/sentences.js'
import { words } from '../../text/words.js'
import type { TrainingPaper } from './corpus.js'
import { createNumberList } from './numbers.js'
import { learnVocabulary, type Vocabulary } from './vocabulary.js'

/** Section 0 of a paper is its title, the others are the sentences of its abstract. */
export interface EncodedCorpus {
  readonly papers: number
  /** Token ids of all sections, end to end; 16 bits bound the vocabulary. */
  readonly tokens: Uint16Array
  /** Where each section starts in `tokens`, and one past the last. */
  readonly sectionStarts: Uint32Array
  /** Where each paper starts in `sectionStarts`, and one past the last. */
  readonly paperStarts: Uint32Array
}

/** The same shape, with numbers of distinct words in place of token ids. */
export interface WordCorpus {
  readonly papers: number
  readonly words: readonly string[]
  readonly counts: Uint32Array
  readonly wordIds: Uint32Array
  readonly sectionStarts: Uint32Array
  readonly paperStarts: Uint32Array
}

/**
 * Reads papers once and numbers their words; keeps four bytes a word. Papers beyond `limit` are left
 * unread. Throws `invalid_request` where fewer than two papers have a title and two sentences' worth of words.
 */
export async function collectWords(
  papers: AsyncIterable<TrainingPaper>,
  limit: number,
  onPaper: (papers: number) => void = () => {},
): Promise<WordCorpus> {
  const numbers = new Map<string, number>()
  const counts: number[] = []
  const wordIds = createNumberList((length) => new Uint32Array(length))
  const sectionStarts = createNumberList((length) => new Uint32Array(length))
  const paperStarts = createNumberList((length) => new Uint32Array(length))
  const addSection = (text: string) => {
    sectionStarts.push(wordIds.length)
    for (const word of words(text)) {
      let number = numbers.get(word)
      if (number === undefined) {
        number = numbers.size
        numbers.set(word, number)
        counts.push(0)
      }
      wordIds.push(number)
      counts[number] = (counts[number] as number) + 1
    }
  }
  let read = 0
  for await (const { title, abstract } of papers) {
    paperStarts.push(sectionStarts.length)
    addSection(title)
    for (const { start, end } of sentences(abstract)) addSection(abstract.slice(start, end))
    onPaper(++read)
    if (read >= limit) break
  }
  paperStarts.push(sectionStarts.length)
  sectionStarts.push(wordIds.length)
  if (read < 2) {
    const message = `Found ${read} papers to train on; give files with at least two {"title", "abstract"} lines.`
    throw new FootnoteError('invalid_request', message)
  }
  return {
    papers: read,
    words: [...numbers.keys()],
    counts: Uint32Array.from(counts),
    wordIds: wordIds.view(),
    sectionStarts: sectionStarts.view(),
    paperStarts: paperStarts.view(),
  }
}

/** Learns a vocabulary of `size` tokens from the words of the corpus. */
export function vocabularyOf(corpus: WordCorpus, size: number): Vocabulary {
  return learnVocabulary(new Map(corpus.words.map((word, at) => [word, corpus.counts[at] as number])), size)
}

/** Spells the corpus in tokens; each distinct word is cut once. */
export function encodeCorpus(corpus: WordCorpus, vocabulary: Vocabulary): EncodedCorpus {
  const spelled = corpus.words.map((word) => vocabulary.encode(word))
  const tokens = createNumberList((length) => new Uint16Array(length))
  const sectionStarts = new Uint32Array(corpus.sectionStarts.length)
  for (let section = 0; section + 1 < sectionStarts.length; section++) {
    sectionStarts[section] = tokens.length
    const end = corpus.sectionStarts[section + 1] as number
    for (let at = corpus.sectionStarts[section] as number; at < end; at++) {
      for (const id of spelled[corpus.wordIds[at] as number] as number[]) tokens.push(id)
    }
  }
  sectionStarts[sectionStarts.length - 1] = tokens.length
  return { papers: corpus.papers, tokens: tokens.view(), sectionStarts, paperStarts: corpus.paperStarts }
}
