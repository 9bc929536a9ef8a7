/** `npm run background`: counts the terms and phrases of a large body of abstracts and harvests its acronyms, for `index/background/`. */
import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip, gzipSync } from 'node:zlib'
import { program } from 'commander'
import { findAcronyms } from '../src/papers/acronyms.js'
import { subjectTerms, terms } from '../src/text/terms.js'
import { phraseLines } from './background/phrases.js'

/** A term or a pair that fewer abstracts hold says little and would only make the files larger. */
const LEAST_TERM_COUNT = 10
const LEAST_ACRONYM_COUNT = 3

/** A long form stands for its acronym if at least this share of the abstracts that explain it say so. */
const LEAST_SHARE = 0.15
const MAX_LONG_TERMS = 5

/** What a term that was not asked for weighs against one that was; measured by `npm run evaluate`. */
const LONG_WEIGHT = 0.4
const SHORT_WEIGHT = 0.5

async function* readAbstracts(files: readonly string[]): AsyncGenerator<{ title: string; abstract: string }> {
  for (const file of files) {
    const bytes = createReadStream(file)
    for await (const line of createInterface({ input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes })) {
      if (line.trim() !== '') yield JSON.parse(line) as { title: string; abstract: string }
    }
  }
}

/** Lines `key, term, weight` in both directions, for `retrieval/expansion.ts`. */
function acronymLines(pairs: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  return [...pairs].sort(byKey).flatMap(([short, longs]) => {
    const total = [...longs.values()].reduce((sum, count) => sum + count, 0)
    return [...longs].sort(byKey).flatMap(([long, count]) => {
      if (count < LEAST_ACRONYM_COUNT || count / total < LEAST_SHARE) return []
      const weight = ((LONG_WEIGHT * count) / total).toFixed(3)
      return [...long.split(' ').map((term) => `${short}\t${term}\t${weight}`), `${long}\t${short}\t${SHORT_WEIGHT}`]
    })
  })
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

program
  .argument('<file...>', 'JSON lines with title and abstract, gzipped or not')
  .option('--out <folder>', 'where to write terms.tsv.gz, phrases.tsv.gz and acronyms.tsv.gz', 'index/background')
  .action(async (files: string[], { out }: { out: string }) => {
    const counts = new Map<string, number>()
    const acronyms = new Map<string, Map<string, number>>()
    const inTitles = new Map<string, number>()
    let documents = 0
    for await (const { title, abstract } of readAbstracts(files)) {
      documents++
      for (const term of new Set(terms(`${title}. ${abstract}`))) counts.set(term, (counts.get(term) ?? 0) + 1)
      const inAbstract = new Set(terms(abstract))
      for (const term of new Set(terms(title))) if (inAbstract.has(term)) inTitles.set(term, (inTitles.get(term) ?? 0) + 1)
      for (const { short, long } of findAcronyms(abstract)) {
        const key = terms(short).at(-1)
        const words = subjectTerms(long).map(({ term }) => term)
        if (key === undefined || words.length < 2 || words.length > MAX_LONG_TERMS) continue
        const longs = acronyms.get(key) ?? new Map<string, number>()
        acronyms.set(key, longs.set(words.join(' '), (longs.get(words.join(' ')) ?? 0) + 1))
      }
    }
    const kept = [...counts].filter(([, count]) => count >= LEAST_TERM_COUNT).sort((a, b) => b[1] - a[1] || byKey(a, b))
    const termLines = [['', documents] as const, ...kept].map(([term, count]) => `${term}\t${count}\t${inTitles.get(term) ?? 0}`)
    const pairLines = acronymLines(acronyms)
    const phrases = await phraseLines(() => readAbstracts(files))
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'terms.tsv.gz'), gzipSync(termLines.join('\n'), { level: 9 }))
    await writeFile(join(out, 'phrases.tsv.gz'), gzipSync(phrases.join('\n'), { level: 9 }))
    await writeFile(join(out, 'acronyms.tsv.gz'), gzipSync(pairLines.join('\n'), { level: 9 }))
    process.stdout.write(`${documents} abstracts: ${kept.length} terms, ${phrases.length - 1} phrases, ${pairLines.length} lines of acronyms in ${out}\n`)
  })
await program.parseAsync()
