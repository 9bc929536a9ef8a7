/** `npm run fit-lists`: learns from lists of which every member is known which papers belong in one, into `index/weights.json`. */
import { join } from 'node:path'
import { program } from 'commander'
import { MEMBER } from '../src/answering/evidence/membership.js'
import { readWeights } from '../src/answering/evidence/weights.js'
import { PROGRAM_DIR } from '../src/config.js'
import { createTransformersEmbedder } from '../src/embedding/transformers.js'
import { readThesaurus } from '../src/retrieval/expansion.js'
import { readRarity } from '../src/retrieval/rarity.js'
import { createRetriever } from '../src/retrieval/retrieve.js'
import { readJsonLines } from './evaluation/files.js'
import { candidatesOf, fitMembership, membershipFigures } from './fitting/membership.js'
import type { LabelledList } from './fitting/membership.js'
import { writeWeights, WEIGHTS } from './fitting/weights-file.js'

const FOLDS = 5

program
  .description('Other weights stay as they are; run it after `npm run fit`, whose choice of sentences it builds on.')
  .argument('<pairs...>', 'LISTS.jsonl=PAPERS, as scripts/fitting/lists-abstracts.jsonl=abstracts.jsonl: lists of JSON lines {question, titles, also?}, and the papers that they are all of')
  .option('--model <folder>', 'embedding model', join(PROGRAM_DIR, 'index/model/footnote-static'))
  .action(async (pairs: string[], { model }: { model: string }) => {
    const embedder = await createTransformersEmbedder({ modelPath: model })
    const rarity = await readRarity(join(PROGRAM_DIR, 'index/background/terms.tsv.gz'))
    const thesauri = [await readThesaurus(join(PROGRAM_DIR, 'index/background/acronyms.tsv.gz'))]
    const weights = await readWeights(WEIGHTS)
    const parts = { embedder, rarity, evidence: weights.evidence, retrieverOver: (library: Parameters<typeof createRetriever>[0]['library']) => createRetriever({ library, embedder, rarity, thesauri, reranking: weights.rerank }) }
    const candidates: Awaited<ReturnType<typeof candidatesOf>> = []
    for (const pair of pairs) {
      const [lists = '', papers = ''] = pair.split('=')
      candidates.push(...(await candidatesOf((await readJsonLines(lists)) as unknown as LabelledList[], papers, parts)))
    }
    const { precision, recall } = membershipFigures(candidates, FOLDS, MEMBER)
    process.stdout.write(`members of lists (five-fold by list): of those taken ${(100 * precision).toFixed(1)} % belong, of those that belong and were found ${(100 * recall).toFixed(1)} % are taken\n`)
    await writeWeights(WEIGHTS, embedder.model.id, { ...weights, membership: fitMembership(candidates) })
  })

await program.parseAsync()
