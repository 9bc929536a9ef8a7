/** Says by rule which papers of a library are about one topic, so that related work can be measured without judges. */
import type { Paper } from '../../src/papers/paper.js'
import { createRandom } from '../../src/text/random.js'
import { terms } from '../../src/text/terms.js'
import type { Grades } from './metrics.js'

/** A text to find related papers for, and which ones are. */
export interface Example {
  readonly id: string
  readonly text: string
  readonly grades: Grades
}

const LEAST_RELEVANT = 3
const MOST_RELEVANT = 20
/** A category, or a pair of title words, that more papers have is no topic. */
const MOST_OF_CATEGORY = 300
const MOST_OF_PHRASE = 15
/** Least share of two papers' categories that they have in common, by rarity, and the least rarity of these (ln). */
const SHARED_CATEGORIES = 0.4
const CLOSELY_SHARED = 0.6
const LEAST_RARITY = 8

/** Papers whose subject headings or classes agree: at least 40 % by rarity, grade 2 from 60 % on. The text is the whole paper. */
export function byCategories(papers: readonly Paper[], count: number): Example[] {
  const holders = groups(papers, ({ categories }) => categories ?? [])
  const rarity = (category: string) => Math.log(papers.length / (holders.get(category)?.size ?? 1))
  const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + rarity(name), 0)
  return choose(papers, count, (paper) => {
    const own = new Set(paper.categories)
    const grades = new Map<string, number>()
    for (const other of near(own, holders, MOST_OF_CATEGORY)) {
      const shared = total((other.categories ?? []).filter((name) => own.has(name)))
      const share = shared / total(new Set([...own, ...(other.categories ?? [])]))
      if (other !== paper && shared >= LEAST_RARITY && share >= SHARED_CATEGORIES) grades.set(other.id, share >= CLOSELY_SHARED ? 2 : 1)
    }
    return { id: paper.id, text: passage(paper), grades }
  })
}

/**
 * Papers of one category whose titles share two neighbouring words that few titles have. Those words, in all their forms, are
 * taken out of the text: else who finds words again would win by the rule itself.
 */
export function byTitlePhrase(papers: readonly Paper[], count: number): Example[] {
  const holders = groups(papers, ({ title }) => pairsOf(title))
  return choose(papers, count, (paper) => {
    const grades = new Map<string, number>()
    const hidden = new Set<string>()
    for (const pair of new Set(pairsOf(paper.title))) {
      for (const other of near([pair], holders, MOST_OF_PHRASE)) {
        if (other === paper || !(other.categories ?? []).some((name) => paper.categories?.includes(name))) continue
        grades.set(other.id, (grades.get(other.id) ?? 0) + 1)
        for (const term of pair.split(' ')) hidden.add(term)
      }
    }
    const kept = passage(paper).split(' ').filter((word) => !terms(word).some((term) => hidden.has(term)))
    return { id: paper.id, text: kept.join(' '), grades }
  })
}

function passage({ title, abstract }: Paper): string {
  return `${title}. ${abstract}`
}

function pairsOf(title: string): string[] {
  const all = terms(title)
  return all.slice(1).map((term, i) => `${all[i] as string} ${term}`)
}

function groups(papers: readonly Paper[], namesOf: (paper: Paper) => readonly string[]): Map<string, Set<Paper>> {
  const holders = new Map<string, Set<Paper>>()
  for (const paper of papers) for (const name of namesOf(paper)) holders.set(name, (holders.get(name) ?? new Set()).add(paper))
  return holders
}

function near(names: Iterable<string>, holders: ReadonlyMap<string, ReadonlySet<Paper>>, most: number): Set<Paper> {
  return new Set([...names].flatMap((name) => ((holders.get(name)?.size ?? 0) <= most ? [...(holders.get(name) ?? [])] : [])))
}

function choose(papers: readonly Paper[], count: number, exampleOf: (paper: Paper) => Example): Example[] {
  const chosen: Example[] = []
  for (const paper of createRandom(41).shuffled(papers)) {
    if (chosen.length === count) break
    const example = exampleOf(paper)
    if (example.grades.size >= LEAST_RELEVANT && example.grades.size <= MOST_RELEVANT) chosen.push(example)
  }
  return chosen
}
