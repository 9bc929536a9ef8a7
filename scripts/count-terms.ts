/** `npm run count-terms`: counts in how many abstracts each term occurs, for `src/retrieval/rarity.ts`. */
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { createGunzip, gzipSync } from 'node:zlib'
import { program } from 'commander'
import { terms } from '../src/text/terms.js'

program
  .argument('<file...>', 'JSON lines with title and abstract, gzipped or not')
  .option('--out <file>', 'where to write the counts', 'index/terms.tsv.gz')
  .option('--least <documents>', 'leave out terms that fewer abstracts hold', '10')
  .action(async (files: string[], options: { out: string; least: string }) => {
    const counts = new Map<string, number>()
    let documents = 0
    for (const file of files) {
      const bytes = createReadStream(file)
      const lines = createInterface({ input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes })
      for await (const line of lines) {
        if (line.trim() === '') continue
        const { title, abstract } = JSON.parse(line) as { title: string; abstract: string }
        for (const term of new Set(terms(`${title}. ${abstract}`))) counts.set(term, (counts.get(term) ?? 0) + 1)
        documents++
      }
    }
    const kept = [...counts].filter(([, count]) => count >= Number(options.least)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    const text = [['', documents] as const, ...kept].map(([term, count]) => `${term}\t${count}\n`).join('')
    await writeFile(options.out, gzipSync(text, { level: 9 }))
    process.stdout.write(`${documents} abstracts, ${kept.length} terms in ${options.out}\n`)
  })
await program.parseAsync()
