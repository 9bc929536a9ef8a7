/** `npm run evaluate`: measures retrieval, declining and quotes, on a judged set, a file of questions, or the library itself. */
import { join } from 'node:path'
import { Command } from 'commander'
import { PROGRAM_DIR } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'
import { evaluateAnswers } from './evaluation/answer-quality.js'
import { evaluateBuried } from './evaluation/buried.js'
import { evaluateDraft } from './evaluation/drafts.js'
import { evaluateFollowUps } from './evaluation/follow-ups.js'
import { evaluateJudged } from './evaluation/judged.js'
import { evaluateLists } from './evaluation/lists.js'
import { evaluateOwnLibrary } from './evaluation/own-library.js'
import { print } from './evaluation/printing.js'
import type { Report } from './evaluation/printing.js'
import { evaluateQuestions } from './evaluation/question-file.js'
import { evaluateRelated } from './evaluation/related.js'
import { evaluateRelatedGroups } from './evaluation/related-groups.js'
import { evaluateVerdicts } from './evaluation/verdicts.js'
import { evaluateVerification } from './evaluation/verification.js'

interface Flags {
  readonly answers?: true
  readonly set?: string
  readonly split: string
  readonly questions?: string
  readonly buried?: string
  readonly related?: true
  readonly relatedGroups?: string
  readonly verdicts?: string
  readonly verification?: string
  readonly draft?: string
  readonly followUps?: string
  readonly lists?: string
  readonly papers?: readonly string[]
  readonly dataDir?: string
  readonly model?: string
  readonly json?: true
}

const program = new Command('npm run evaluate --')
  .description('Measures the library of DATA_DIR by questions made from it; or one of the following.')
  .option('--answers', 'answers as a whole on the starter library or --papers: declining, facts, citations, and with --set the choice of sentences')
  .option('--set <folder>', 'a judged set in BEIR layout: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv')
  .option('--split <name>', 'which judgements of the set, or which half of the claims or sentences', 'test')
  .option('--questions <file>', 'questions of JSON lines {kind, question, title?, titles?, expect?}')
  .option('--buried <file>', 'papers to find, JSON lines {title, description, factual}')
  .option('--related', 'related work by example: papers of one topic, halves of abstracts, papers not wanted')
  .option('--related-groups <file>', 'related work by groups that a reader drew up, JSON lines {split: dev|test, group, titles}, as test/data/related-groups.jsonl; over the starter papers unless told')
  .option('--verification <file>', 'claims to check, JSON lines {split: dev|test, title, abstract?, claims: {text, kind}[]}; abstracts that it leaves out from --papers')
  .option('--draft <file>', 'sentences of a draft, JSON lines {split: dev|test, kind, text, title?}, as test/data/draft-sentences.jsonl; over the starter papers unless told')
  .option('--follow-ups <file>', 'conversations of JSON lines {kind, turns, question, title?, contains?, …}, as test/data/follow-ups.jsonl; over the starter papers unless told')
  .option('--verdicts <file>', 'yes-or-no questions, JSON lines {question, verdict: "yes"|"no"|null}, null where the abstracts do not decide')
  .option('--lists <file>', 'lists of JSON lines {question, titles, also?}, as test/data/lists-seed.jsonl: which papers are cited against all that belong there')
  .option('--papers <file...>', 'fill a temporary library with these files instead of using DATA_DIR')
  .option('--data-dir <folder>', 'the library to measure; filled with --papers if it is empty, and kept')
  .option('--model <folder>', 'embedding model, a folder or a name under index/model; default: EMBEDDING_MODEL')
  .option('--json', 'print the report as JSON')
  .action(main)

// Temporary libraries are removed when the process exits, an interrupt included.
process.once('SIGINT', () => process.exit(130))
await program.parseAsync()

async function main(flags: Flags): Promise<void> {
  if (flags.answers !== true && [flags.set, flags.questions, flags.buried, flags.related, flags.relatedGroups, flags.verification, flags.draft, flags.followUps, flags.lists, flags.verdicts].filter((one) => one !== undefined).length > 1) {
    program.error('--set, --questions, --buried, --related, --related-groups, --verification, --draft, --follow-ups, --lists and --verdicts are measurements of their own; name one of them.', { exitCode: 2 })
  }
  if (flags.answers !== true && flags.set !== undefined && flags.papers !== undefined) program.error('A judged set brings its own papers; leave --papers out.', { exitCode: 2 })
  try {
    const report = await evaluate(flags)
    process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : print(report))
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    program.error(error.message, { exitCode: 1 })
  }
}

function evaluate({ answers, set, split, questions, buried, related, relatedGroups, verification, draft, followUps, lists, verdicts, papers, dataDir, model }: Flags): Promise<Report> {
  if (answers === true) return evaluateAnswers({ set, questions, papers, dataDir, model })
  if (verification !== undefined) return evaluateVerification(verification, { split, model, papers })
  if (set !== undefined) return evaluateJudged({ set, split, model, dataDir })
  const library = { papers, dataDir, model }
  if (questions !== undefined) return evaluateQuestions(questions, library)
  if (lists !== undefined) return evaluateLists(lists, library)
  if (verdicts !== undefined) return evaluateVerdicts(verdicts, library)
  if (buried !== undefined) return evaluateBuried(buried, library)
  if (related === true) return evaluateRelated(split, library)
  const starter = { ...library, papers: papers ?? [join(PROGRAM_DIR, 'index/starter-library.jsonl')] }
  if (draft !== undefined) return evaluateDraft(draft, split, starter)
  if (relatedGroups !== undefined) return evaluateRelatedGroups(relatedGroups, split, starter)
  if (followUps !== undefined) return evaluateFollowUps(followUps, starter)
  return evaluateOwnLibrary(library)
}
