/** `npm run fit`: fits the weights that rank papers, choose evidence and decline questions, into `index/weights.json`. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { program } from 'commander'
import { readQuestion } from '../src/answering/question.js'
import type { Weights } from '../src/answering/weights.js'
import { PROGRAM_DIR } from '../src/config.js'
import { createTransformersEmbedder } from '../src/embedding/transformers.js'
import { answerProbability } from '../src/retrieval/answerability.js'
import type { AnswerabilityWeights } from '../src/retrieval/answerability.js'
import { readThesaurus } from '../src/retrieval/expansion.js'
import { readRarity } from '../src/retrieval/rarity.js'
import { NO_RERANKING } from '../src/retrieval/rerank.js'
import type { RerankWeights } from '../src/retrieval/rerank.js'
import { createRetriever } from '../src/retrieval/retrieve.js'
import { cleanText } from '../src/text/clean.js'
import { createRandom } from '../src/text/random.js'
import { auroc, mean, quantile } from './evaluation/metrics.js'
import { askLibrary, fitAnswerability } from './fitting/answerability.js'
import type { Asked, RawPaper, Standing } from './fitting/answerability.js'
import { examplesOf, fitEvidence, hitRate, readSciFactCases } from './fitting/evidence.js'
import type { CaseExamples, EvidenceCase } from './fitting/evidence.js'
import { crossValidate, fitReranking, listsOf, readSciFactRanking, selfMadeCases } from './fitting/reranking.js'

const FOLDS = 5
const RIDGE = 3
const LIBRARY_SIZES = [100, 1000, 6000]
/** Papers among which our questions' own are hidden, and how many of these are asked about by rule. */
const RANKED_AMONG = 12_000
const SELF_MADE = 700

interface LabelledQuestion {
  readonly title: string
  readonly question: string
  /** Indices of the sentences that answer. */
  readonly sentences: readonly number[]
}

const say = (text: string) => process.stdout.write(`${text}\n`)
const percent = (value: number) => `${(100 * value).toFixed(1)} %`
const fold = <T>(list: readonly T[], k: number) => ({ train: list.filter((_, i) => i % FOLDS !== k), test: list.filter((_, i) => i % FOLDS === k) })

async function readLines<T>(path: string): Promise<T[]> {
  const bytes = await readFile(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T)
}

program
  .requiredOption('--scifact <folder>', 'SciFact in BEIR layout with its labelled claims; only the training part is fitted on')
  .requiredOption('--papers <file...>', 'JSON lines with title and abstract; must hold the papers of scripts/fitting/questions.jsonl')
  .option('--model <folder>', 'embedding model', join(PROGRAM_DIR, 'index/model/footnote-static'))
  .option('--out <file>', 'where to write the weights', join(PROGRAM_DIR, 'index/weights.json'))
  .action(async (options: { scifact: string; papers: string[]; model: string; out: string }) => {
    const embedder = await createTransformersEmbedder({ modelPath: options.model })
    const rarity = await readRarity(join(PROGRAM_DIR, 'index/background/terms.tsv.gz'))
    const acronyms = await readThesaurus(join(PROGRAM_DIR, 'index/background/acronyms.tsv.gz'))
    const questions = await readLines<LabelledQuestion>(join(PROGRAM_DIR, 'scripts/fitting/questions.jsonl'))
    const offTopic = (await readFile(join(PROGRAM_DIR, 'scripts/fitting/everyday.txt'), 'utf8')).split('\n').filter((line) => line !== '')
    // As ingest stores them: sentences are counted in clean text.
    const papers = (await Promise.all(options.papers.map((path) => readLines<RawPaper>(path)))).flat().map(({ title, abstract }): RawPaper => ({ title, abstract: cleanText(abstract) }))

    const reranking = await rerankWeights()
    const evidence = await evidenceWeights()
    const answerability = await answerabilityWeights()
    const weights: Weights = { rerank: reranking, evidence, answerability }
    await writeFile(options.out, `${JSON.stringify({ model: embedder.model.id, ...weights }, null, 2)}\n`)
    say(`written to ${options.out}`)

    function retrieverOver(weights: RerankWeights) {
      return (library: Parameters<typeof createRetriever>[0]['library']) =>
        createRetriever({ library, embedder, rarity, thesauri: [acronyms], answerability: NO_WEIGHTS, reranking: weights })
    }

    async function rerankWeights(): Promise<RerankWeights> {
      const parts = { embedder, rarity, retrieverOver: retrieverOver(NO_RERANKING) }
      const asked = new Set(questions.map(({ title }) => title))
      const others = createRandom(5).shuffled(papers.filter(({ title }) => !asked.has(title))).slice(0, RANKED_AMONG)
      const scifact = await readSciFactRanking(options.scifact)
      const natural = questions.map(({ title, question }) => ({ question, titles: [title] }))
      const selfMade = selfMadeCases(others.slice(0, SELF_MADE), 6)
      const claims = await listsOf(scifact.papers, scifact.cases, parts)
      const own = await listsOf([...papers.filter(({ title }) => asked.has(title)), ...others], [...natural, ...selfMade], parts)
      const sets = { claims, questions: own.slice(0, natural.length), selfMade: own.slice(natural.length) }
      for (const line of crossValidate(sets, FOLDS)) say(line)
      return fitReranking(sets)
    }

    async function evidenceWeights(): Promise<Weights['evidence']> {
      const byTitle = new Map(papers.map((paper) => [paper.title, paper]))
      const cases = questions.flatMap(({ title, question, sentences }): EvidenceCase[] => {
        const paper = byTitle.get(title)
        return paper === undefined ? [] : [{ question: readQuestion(question), ...paper, answers: sentences }]
      })
      say(`evidence: ${cases.length} of ${questions.length} questions found their paper`)
      const own = await examplesOf(cases, embedder, rarity)
      const claims = await examplesOf(await readSciFactCases(options.scifact, 'train'), embedder, rarity)
      const unseen = await examplesOf(await readSciFactCases(options.scifact, 'validation'), embedder, rarity)
      const fit = (questions: readonly CaseExamples[]) => fitEvidence([questions, claims], RIDGE)
      const held = (k: number) => mean(Array.from({ length: FOLDS }, (_, i) => fold(own, i)).map(({ train, test }) => hitRate(test, fit(train), k)))
      const final = fit(own)
      for (const k of [1, 2, 3]) say(`evidence: an answering sentence among the first ${k}: ${percent(held(k))} of our questions (${FOLDS}-fold), ${percent(hitRate(unseen, final, k))} of SciFact validation`)
      return final
    }

    async function answerabilityWeights(): Promise<AnswerabilityWeights> {
      const rounds: Asked[][] = []
      for (const [i, size] of LIBRARY_SIZES.entries()) rounds.push(await askLibrary(size, 11 + i, { papers, questions, offTopic }, { embedder, retrieverOver: retrieverOver(reranking) }))
      for (const [i, size] of LIBRARY_SIZES.entries()) {
        const asked = rounds[i] as Asked[]
        const judged = Array.from({ length: FOLDS }, (_, k) => {
          const others = rounds.map((round, j) => (j === i ? fold(round, k).train : round)).flat()
          const weights = fitAnswerability(others, RIDGE)
          return fold(asked, k).test.map(({ standing, features }) => ({ standing, probability: answerProbability(features, weights) }))
        }).flat()
        const of = (standing: Standing) => judged.filter((one) => one.standing === standing).map(({ probability }) => probability)
        say(`answerable among ${size} papers: AUROC against off-topic ${auroc(of('answerable'), of('off-topic')).toFixed(3)}, against absent ${auroc(of('answerable'), of('absent')).toFixed(3)}; ` +
          `3 % of the answerable lie below ${quantile(of('answerable'), 0.03).toFixed(3)}, 97 % of the off-topic below ${quantile(of('off-topic'), 0.97).toFixed(3)}, half of the absent below ${quantile(of('absent'), 0.5).toFixed(3)}`)
      }
      return fitAnswerability(rounds.flat(), RIDGE)
    }
  })

const NO_WEIGHTS: AnswerabilityWeights = { bias: 0, coverage: 0, sentenceCoverage: 0, coveredRarity: 0, missingRarity: 0, missingNames: 0, similarity: 0, sentenceSimilarity: 0, margin: 0, librarySize: 0 }

await program.parseAsync()
