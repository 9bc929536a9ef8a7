/** `npm run fit`: fits the weights that rank papers, choose evidence and decline questions, into `index/weights.json`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { program } from 'commander'
import { ANSWERED } from '../src/answering/declining/decline.js'
import { readQuestion } from '../src/answering/question/question.js'
import type { EvidenceWeights } from '../src/answering/evidence/sentence-features.js'
import { readWeights } from '../src/answering/evidence/weights.js'
import { BUNDLED_MODELS_DIR } from '../src/compose.js'
import { PROGRAM_DIR } from '../src/config.js'
import { openEmbedder } from '../src/embedding/open.js'
import { treeProbability } from '../src/retrieval/boosted-trees.js'
import type { BoostedTrees } from '../src/retrieval/boosted-trees.js'
import { readThesaurus } from '../src/retrieval/expansion.js'
import { readRarity } from '../src/retrieval/rarity.js'
import { NO_RERANKING } from '../src/retrieval/rerank.js'
import type { RerankWeights } from '../src/retrieval/rerank.js'
import { createRetriever } from '../src/retrieval/retrieve.js'
import { cleanText } from '../src/text/clean.js'
import { createRandom } from '../src/text/random.js'
import { auroc, quantile } from './evaluation/metrics.js'
import { askLibrary, fitAnswerability, setLimit } from './fitting/answerability.js'
import type { Asked } from './fitting/answerability.js'
import type { LabelledQuestion, RawPaper, Standing } from './fitting/cases.js'
import { evidenceFigures, examplesOf, fitEvidence, foldOf, readSciFactCases, withDecoys } from './fitting/evidence.js'
import type { EvidenceCase, EvidenceFigures, FittedEvidence } from './fitting/evidence.js'
import { writeWeights, WEIGHTS } from './fitting/weights-file.js'
import { crossValidate, fitReranking, listsOf, readSciFactRanking, selfMadeCases } from './fitting/reranking.js'

const FOLDS = 5
/** Libraries to ask; one of a single field answers most questions a little. */
const FIELD = /neural net|deep learning|language model|transformer|reinforcement learning|machine learning/i
const LIBRARIES: readonly { readonly size: number; readonly field?: RegExp }[] = [{ size: 100 }, { size: 100, field: FIELD }, { size: 400 }, { size: 1000 }, { size: 18_000 }]
/** Papers among which our questions' own are hidden, and how many of these are asked about by rule. */
const RANKED_AMONG = 12_000
const SELF_MADE = 700

const say = (text: string) => process.stdout.write(`${text}\n`)
const percent = (value: number) => `${(100 * value).toFixed(1)} %`

async function readLines<T>(path: string): Promise<T[]> {
  const bytes = await readFile(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T)
}

program
  .requiredOption('--scifact <folder>', 'SciFact in BEIR layout with its labelled claims; only the training part is fitted on')
  .requiredOption('--papers <file...>', 'JSON lines with title and abstract; must hold the papers of scripts/fitting/questions.jsonl')
  .option('--model <folder>', 'embedding model', join(PROGRAM_DIR, 'index/model/footnote-static'))
  .option('--out <file>', 'where to write the weights', WEIGHTS)
  .action(async (options: { scifact: string; papers: string[]; model: string; out: string }) => {
    const embedder = await openEmbedder(options.model, { bundledFolder: BUNDLED_MODELS_DIR, cacheFolder: options.model })
    const rarity = await readRarity(join(PROGRAM_DIR, 'index/background/terms.tsv.gz'))
    const acronyms = await readThesaurus(join(PROGRAM_DIR, 'index/background/acronyms.tsv.gz'))
    const questions = await readLines<LabelledQuestion>(join(PROGRAM_DIR, 'scripts/fitting/questions.jsonl'))
    const offTopic = (await readFile(join(PROGRAM_DIR, 'scripts/fitting/everyday.txt'), 'utf8')).split('\n').filter((line) => line !== '')
    // As ingest stores them: sentences are counted in clean text.
    const papers = (await Promise.all(options.papers.map((path) => readLines<RawPaper>(path)))).flat().map(({ title, abstract }): RawPaper => ({ title, abstract: cleanText(abstract) }))

    const reranking = await rerankWeights()
    const evidence = await evidenceWeights()
    const answerability = await answerabilityWeights()
    // Lists have a command of their own.
    const { membership } = await readWeights(WEIGHTS)
    await writeWeights(options.out, embedder.model.id, { rerank: reranking, evidence: evidence.final, answerability, membership })
    say(`written to ${options.out}`)

    function retrieverOver(weights: RerankWeights) {
      return (library: Parameters<typeof createRetriever>[0]['library']) =>
        createRetriever({ library, embedder, rarity, thesauri: [acronyms], reranking: weights })
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

    async function evidenceWeights(): Promise<FittedEvidence> {
      const byTitle = new Map(papers.map((paper) => [paper.title, paper]))
      const told = questions.filter(({ sentences }) => sentences.length > 0)
      const cases = told.flatMap(({ title, question, sentences }): EvidenceCase[] => {
        const paper = byTitle.get(title)
        return paper === undefined ? [] : [{ question: readQuestion(question), ...paper, answers: sentences }]
      })
      say(`evidence: ${cases.length} of ${told.length} questions found their paper`)
      const own = await examplesOf(cases, embedder, rarity)
      const claims = await examplesOf(await readSciFactCases(options.scifact, 'train'), embedder, rarity)
      const unseen = await examplesOf(await readSciFactCases(options.scifact, 'validation'), embedder, rarity)
      const fitted = fitEvidence({ claims, questions: [...own, ...(await examplesOf(withDecoys(cases), embedder, rarity))] })
      sayEvidence(`${own.length} questions of ours (five-fold by paper)`, evidenceFigures(own, ({ title }, features) => treeProbability((fitted.withoutFold[foldOf(title)] as EvidenceWeights).questions, features)))
      sayEvidence(`${unseen.length} claims of SciFact validation`, evidenceFigures(unseen, ({ claim }, features) => treeProbability(claim ? fitted.final.claims : fitted.final.questions, features)))
      return fitted
    }

    async function answerabilityWeights(): Promise<BoostedTrees> {
      const evidenceFor = (title: string | undefined) => (title === undefined ? evidence.final : (evidence.withoutFold[foldOf(title)] as EvidenceWeights))
      const rounds: Asked[][] = []
      for (const [i, { size, field }] of LIBRARIES.entries()) {
        const inField = field === undefined ? papers : papers.filter(({ title, abstract }) => field.test(`${title} ${abstract}`))
        const titles = new Set(inField.map(({ title }) => title))
        const sources = { papers: inField, questions: questions.filter(({ title }) => titles.has(title)), offTopic }
        rounds.push(await askLibrary(size, 11 + i, sources, { embedder, rarity, evidenceFor, retrieverOver: retrieverOver(reranking) }))
      }
      const asked = rounds.flat()
      const raw = Array.from({ length: FOLDS }, (_, fold) => fitAnswerability(asked.filter((one) => one.fold !== fold)))
      const unseen = asked.flatMap(({ standing, natural, fold, features }) => (natural && standing === 'answerable' ? [treeProbability(raw[fold] as BoostedTrees, features)] : []))
      const withoutFold = raw.map((trees) => setLimit(trees, unseen, ANSWERED))
      for (const [i, { size, field }] of LIBRARIES.entries()) {
        const judged = (rounds[i] as Asked[]).map((one) => ({ ...one, probability: treeProbability(withoutFold[one.fold] as BoostedTrees, one.features) }))
        sayAnswerability(`${size} papers${field === undefined ? '' : ' of one field'}`, judged.filter(({ natural, standing }) => natural || standing === 'off-topic'))
        sayAnswerability(`${size} papers${field === undefined ? '' : ' of one field'}, questions made by rule`, judged.filter(({ natural, standing }) => !natural || standing === 'off-topic'))
      }
      return setLimit(fitAnswerability(asked), unseen, ANSWERED)
    }
  })

function sayEvidence(of: string, { hits, f1 }: EvidenceFigures): void {
  say(`evidence: of ${of}, an answering sentence stands first for ${percent(hits[0] ?? 0)}, among two for ${percent(hits[1] ?? 0)}, among three for ${percent(hits[2] ?? 0)}; F1 of the chosen ${percent(f1)}`)
}

function sayAnswerability(where: string, judged: readonly { readonly standing: Standing; readonly probability: number }[]): void {
  const of = (standing: Standing) => judged.filter((one) => one.standing === standing).map(({ probability }) => probability)
  const others = (['untold', 'absent', 'off-topic'] as const).map((standing) => {
    const declined = of(standing).filter((probability) => probability < ANSWERED).length / of(standing).length
    return `${standing} ${auroc(of('answerable'), of(standing)).toFixed(3)} (${percent(declined)} declined)`
  })
  say(`answerable among ${where} (five-fold by question): AUROC against ${others.join(', ')}; 3 % of the answerable lie below ${quantile(of('answerable'), 0.03).toFixed(3)}`)
}

await program.parseAsync()
