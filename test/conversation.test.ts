/** Conversations over the starter library: follow-ups are understood, topics may change, and a greeting is no search. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdConversation } from '../scripts/evaluation/follow-ups.js'
import type { FollowUpCase } from '../scripts/evaluation/follow-ups.js'
import { AnswerSchema } from '../src/answering/answer.js'
import { standaloneQuestion } from '../src/answering/conversation/conversation.js'
import { smallTalkIn, smallTalkReply } from '../src/answering/conversation/small-talk.js'
import { papersNamedIn } from '../src/answering/conversation/turns.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'

const folder = mkdtempSync(join(tmpdir(), 'footnote-talk-'))
let footnote: Footnote

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
})
afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

async function ask(question: string, history: readonly { role: 'user' | 'assistant'; content: string }[] = []) {
  for await (const event of footnote.ask({ question, history }, new AbortController().signal)) if (event.type === 'answer-end') return event.answer
  throw new Error('no answer-end')
}

/** The standalone question after one turn. */
const after = (asked: string, answered: string, question: string) => standaloneQuestion(question, [{ role: 'user', content: asked }, { role: 'assistant', content: answered }]).question

describe('follow-ups', () => {
  it('are understood, nine in ten of those on file', async () => {
    const cases = readFileSync(join(import.meta.dirname, 'data/follow-ups.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as FollowUpCase)
    expect(cases.length).toBeGreaterThan(60)
    const outcomes = []
    for (const one of cases) outcomes.push(await holdConversation(footnote, one))
    const missed = outcomes.filter(({ resolved }) => !resolved).map(({ question, standaloneQuestion }) => `${question} → ${standaloneQuestion}`)
    expect(missed.length / cases.length, missed.join('\n')).toBeLessThanOrEqual(0.1)
  }, 120_000)

  it.each([
    ['a drug in the place of a drug', 'How much did atenolol lower the pulse?', '*Pulses of weavers* reports: “It fell.” [1]', 'and metoprolol?', 'How much did metoprolol lower the pulse?'],
    ['a device in the place of a device', 'How much faster is LoomNet on Ascend NPUs?', '*LoomNet* reports: “It is.” [1]', 'what about V100?', 'How much faster is LoomNet on V100?'],
    ['a network in the place of a network', 'What does LoomNet reach on MobileNet-v1?', '*LoomNet* reports: “Much.” [1]', 'and ResNet18?', 'What does LoomNet reach on ResNet18?'],
    ['a method in the place of a method', 'What does LoomNet reach on MobileNet-v1?', '*LoomNet* reports: “Much.” [1]', 'and FeltNet?', 'What does FeltNet reach on MobileNet-v1?'],
    ['what the answer names in one breath with it', 'How is madder in wool from LANA?', '*Madder and weld in wool* reports: “Red.” [1]', 'better than weld?', 'How does madder compare with weld?'],
    ['a preposition by itself', 'How deep is the red with alum?', '*Madder* reports: “Deep.” [1]', 'without?', 'How deep is the red without alum?'],
    ['the object of the same preposition', 'Does felt help against tremor?', '*Felt pads* reports: “Yes.” [1]', 'and against noise?', 'Does felt help against noise?'],
    ['what is asked of a subject', 'What is the weight of a damped loom?', '*Damped looms* reports: “Two tons.” [1]', 'the tremor?', 'What is the tremor of a damped loom?'],
    ['a reason for a no', 'Does LoomNet need springs?', 'No, according to *LoomNet*: “It is free of springs.” [1]', 'why?', 'Why does LoomNet not need springs?'],
    ['a reason for what a title denies', 'Can wool fibres be grown?', '*Impossibility of growing wool* says: “So it is.” [1]', 'why?', 'Why can’t wool fibres be grown?'],
    ['a reason, whatever "that" may name', 'Is RNA hurt by madder?', '*Madder and cells* says: “It is.” [1]', 'why is that?', 'Why is RNA hurt by madder?'],
    ['one of a list by what its line says', 'Which papers deal with looms?', 'Two papers:\n\n- *Damped looms*: “In adults.” [1]\n- *Juvenile weavers*: “At school.” [2]', 'which dose was used in the one with children?', 'which dose was used in “Juvenile weavers”?'],
  ])('put %s', (_, asked, answered, question, standalone) => expect(after(asked, answered, question)).toBe(standalone))

  it('asked for one sentence, has the same question answered briefly', () => {
    expect(standaloneQuestion('in one sentence please', [{ role: 'user', content: 'What is weld good for?' }, { role: 'assistant', content: '*Weld* says: “For yellow.” [1]' }])).toMatchObject({ question: 'What is weld good for?', wantsLess: true })
  })

  const LIST = 'Two papers in this library bear on looms:\n\n- *Damped looms: springs*: “It *is* so.” [1]\n- *\\[Felt\\] pads*: “So [7] it is.” [2]'

  it.each([
    ['How does the second one work?', 'How does “[Felt] pads” work?'],
    ['What does [1] report?', 'What does “Damped looms: springs” report?'],
    ['How do they differ?', 'How do “Damped looms: springs” and “[Felt] pads” differ?'],
    ['what about silk?', 'Which papers deal with silk?'],
    ['No, I meant spinning wheels', 'Which papers deal with spinning wheels?'],
    ['any others?', 'Which other papers deal with looms?'],
    ['any from 2013?', 'Which papers from 2013 deal with looms?'],
    ['and by Chen?', 'Which papers by Chen deal with looms?'],
    ['Summarise that', 'Summarise “Damped looms: springs” and “[Felt] pads”.'],
    ['which of these is newest?', 'which of “Damped looms: springs” and “[Felt] pads” is newest?'],
    ['do any of them need steel?', 'do any of “Damped looms: springs” and “[Felt] pads” need steel?'],
    ['how many are there?', 'How many papers mention looms?'],
    ['are you sure?', 'Which papers deal with looms?'],
    ['who wrote the last one?', 'who wrote “[Felt] pads”?'],
    ['Which papers study sheep?', 'Which papers study sheep?'],
    ['the 2nd one, what did they find?', 'what did “[Felt] pads” find?'],
    ['is no 1 about springs?', 'is “Damped looms: springs” about springs?'],
    ['go deeper into number two', 'go deeper into “[Felt] pads”'],
    ['does the felt one shrink?', 'does “[Felt] pads” shrink?'],
    ['how does it compare to the second one?', 'how does “Damped looms: springs” compare to “[Felt] pads”?'],
    ['nothing before 2010 please', 'Which papers since 2010 deal with looms?'],
    ['only since 2015', 'Which papers since 2015 deal with looms?'],
    ['wich of them is newest', 'which of “Damped looms: springs” and “[Felt] pads” is newest'],
    ['anything newer?', 'What is the newest paper on looms?'],
    ['r u sure', 'Which papers deal with looms?'],
    ['in simple words please', 'Which papers deal with looms?'],
    ['shorter', 'Which papers deal with looms?'],
    ['just the titles', 'What are the references of “Damped looms: springs” and “[Felt] pads”?'],
    ['the same for silk?', 'Which papers deal with silk?'],
    ['what causes heartburn', 'what causes heartburn'],
    ['amyloid fibrils', 'amyloid fibrils'],
    ['How do transformers store their keys?', 'How do transformers store their keys?'],
    ['Is it possible to dye wool with madder?', 'Is it possible to dye wool with madder?'],
  ])('after a list, %j becomes %j', (question, standalone) => {
    expect(after('Which papers deal with looms?', LIST, question)).toBe(standalone)
  })

  it.each([
    ['and the fourth?', LIST, 'The last answer named two papers: *Damped looms: springs* and *\\[Felt\\] pads*. Which one do you mean?'],
    ['number 7', LIST, 'The last answer named two papers: *Damped looms: springs* and *\\[Felt\\] pads*. Which one do you mean?'],
    ['compare the first two', '*Cold nets* reports: “They freeze.” [1]', 'The last answer named one paper, *Cold nets*. Name the other that you mean.'],
    ['what about the other one?', '*Cold nets* reports: “They freeze.” [1]', 'The last answer named one paper, *Cold nets*. Name the other that you mean.'],
  ])('%j, where no such paper was named, is asked back', async (question, answered, text) => {
    const history = [{ role: 'user' as const, content: 'Which papers deal with looms?' }, { role: 'assistant' as const, content: answered }]
    const answer = await ask(question, history)
    expect(AnswerSchema.parse(answer).answer).toBe(text)
    expect(answer).toMatchObject({ citations: [], answerable: { verdict: 'none', reason: 'too-vague' } })
  })

  it.each([
    ['How much energy does a loom save in winter?', 'why?', 'Why does a loom save energy in winter?'],
    ['Who wrote “Cold nets”?', 'and when?', 'When was “Cold nets” published?'],
    ['What is the difference between felt and wool?', 'what about the first one?', 'What is felt?'],
    ['What are cold nets?', 'is that true?', 'What are cold nets?'],
    ['tell me about cold nets', 'how many are there in total?', 'How many papers mention cold nets?'],
    ['How much do cold nets shrink?', 'is that without loss of fish?', 'is “Cold nets” without loss of fish?'],
    ['How much do cold nets shrink?', 'on ice?', 'How much do cold nets shrink on ice?'],
    ['How much do cold nets shrink?', 'how far away is it?', 'how far away is “Cold nets”?'],
    ['How much do cold nets shrink?', 'is it safe?', 'is “Cold nets” safe?'],
    ['How much do cold nets shrink?', 'tested by whom?', 'By whom was “Cold nets” tested?'],
    ['How much do cold nets shrink?', 'how heavy is the net?', 'how heavy is the net for “Cold nets”?'],
    ['How much do cold nets shrink?', 'were there side effects?', 'were there side effects for “Cold nets”?'],
    ['How much do cold nets shrink?', 'vs warm nets?', 'How does “Cold nets” compare with warm nets?'],
    ['How much do cold nets shrink?', 'How is wool dyed with madder?', 'How is wool dyed with madder?'],
  ])('after %j, %j becomes %j', (asked, question, standalone) => {
    expect(after(asked, '*Cold nets* reports: “They freeze.” [1]', question)).toBe(standalone)
  })

  it.each([
    ['which of the two is colder?', 'which of “Cold nets” and Damp-Loom is colder?'],
    ['is it as cold as the one before?', 'is Damp-Loom as cold as “Cold nets”?'],
    ['and the first one?', 'What is “Cold nets”?'],
  ])('reach back behind the last answer: %j becomes %j', (question, standalone) => {
    const history = [
      { role: 'user', content: 'How much do cold nets shrink?' },
      { role: 'assistant', content: '*Cold nets* reports: “They freeze.” [1]' },
      { role: 'user', content: 'What is Damp-Loom?' },
      { role: 'assistant', content: '*Damp-Loom: springs* reports: “It is damp.” [1]' },
    ] as const
    expect(standaloneQuestion(question, history).question).toBe(standalone)
  })

  it('of a new topic, do not drag the papers of the old one along', () => {
    const history = [
      { role: 'user', content: 'How much do cold nets shrink?' },
      { role: 'assistant', content: '*Cold nets* reports: “They freeze.” [1]' },
      { role: 'user', content: 'How is wool dyed with madder?' },
      { role: 'assistant', content: 'With alum.' },
    ] as const
    expect(standaloneQuestion('how long does it take?', history).question).toBe('how long does wool dyed madder take?')
  })

  it('that ask for the reference, are given it from the records', async () => {
    const first = await ask('What is FlatQuant?')
    const answer = await ask('give me the reference', [{ role: 'user', content: 'What is FlatQuant?' }, { role: 'assistant', content: first.answer }])
    expect(AnswerSchema.parse(answer)).toMatchObject({ writer: 'records', claims: [{ record: expect.arrayContaining(['title']) as string[] }] })
    expect(answer.answer).toContain(first.citations[0]?.paper.title)
  })

  it('that ask for a shorter answer, are given one sentence', async () => {
    const question = 'Which papers deal with KV cache compression?'
    const first = await ask(question)
    expect(first.claims.length).toBeGreaterThan(1)
    const { claims, standaloneQuestion } = await ask('shorter please', [{ role: 'user', content: question }, { role: 'assistant', content: first.answer }])
    expect([standaloneQuestion, claims.length]).toEqual([question, 1])
  })

  it('that ask for a translation, are told that there is none', async () => {
    expect(await ask('can you translate that to German?', [{ role: 'user', content: 'What is FlatQuant?' }, { role: 'assistant', content: 'x' }])).toMatchObject({ writer: 'conversation', citations: [] })
  })

  it('that ask for more of a paper, are given that paper alone', async () => {
    const first = await ask('What is FlatQuant?')
    const { citations } = await ask('tell me more', [{ role: 'user', content: 'What is FlatQuant?' }, { role: 'assistant', content: first.answer }])
    expect(citations.map(({ paper }) => paper.id)).toEqual([first.citations[0]?.paper.id])
  })

  it('that ask which of several, cite those that it holds for', async () => {
    const first = await ask('Which papers deal with KV cache compression?')
    expect(first.citations.length).toBeGreaterThan(2)
    const { citations } = await ask('which of them is training-free?', [{ role: 'user', content: 'Which papers deal with KV cache compression?' }, { role: 'assistant', content: first.answer }])
    expect(citations.map(({ paper }) => paper.title.split(':')[0])).toEqual(['MiniCache'])
  })

  it('after thanks, goes on about what was asked before them', () => {
    const history = [
      { role: 'user', content: 'What is L-Mul?' },
      { role: 'assistant', content: 'It is a multiplication.' },
      { role: 'user', content: 'Thanks!' },
      { role: 'assistant', content: 'You are welcome.' },
    ] as const
    expect(standaloneQuestion('How much energy does it save?', history).question).toBe('How much energy does L-Mul save?')
  })

  it('of a first question, whatever it leans on, is the question', () => {
    for (const question of ['Why?', 'And on ImageNet?', 'the second one', 'Tell me more', 'no, I meant pruning']) expect(standaloneQuestion(question, []).question).toBe(question)
  })

  it('with a history of nonsense, do not fail', () => {
    for (const content of ['', '[1]', '***', '“” [999]', '\\', '“'.repeat(5_000), '*a'.repeat(5_000), '[a'.repeat(5_000)]) {
      for (const question of ['Why?', 'the second one', 'And that?', 'not a but b']) expect(() => after(content, content, question)).not.toThrow()
    }
  })

  it('that ask for more, are given what was not quoted yet, and at the end a plain no', async () => {
    const first = await ask('What is TinySAM?')
    let history = [{ role: 'user' as const, content: 'What is TinySAM?' }, { role: 'assistant' as const, content: first.answer }]
    const quoted = new Set(first.citations.flatMap(({ quotes }) => quotes.map(({ text }) => text)))
    for (let turn = 0; turn < 8; turn++) {
      const { answer, citations } = await ask('Tell me more', history)
      for (const { text } of citations.flatMap(({ quotes }) => quotes)) {
        expect(quoted).not.toContain(text)
        quoted.add(text)
      }
      history = [...history, { role: 'user', content: 'Tell me more' }, { role: 'assistant', content: answer }]
    }
    expect(history.at(-1)?.content).toBe('This library says no more about it than what has been quoted.')
  })
})

describe('papersNamedIn', () => {
  it.each([
    ['12%, according to *Cold nets*: “*x* [9]” [1] The paper also says: “y” [1]\n\n*Warm nets* bears on it as well: “z” [2]', ['Cold nets', 'Warm nets']],
    ['Cold nets reports: “x” [1]\n\nSources\n[1] Ada Brook et al. Cold nets (digest). 2021\n    title:1', ['Cold nets']],
    ['- [Cold nets](http://x/1): “x” [1](http://x/1)\n- [Warm nets](http://x/2): “y” [2](http://x/2)', ['Cold nets', 'Warm nets']],
    ['This library does not say. The nearest papers are *Cold nets* and *Warm nets*.', ['Cold nets', 'Warm nets']],
    ['2 * 3 * 4 = 24', []],
    ['- **Cold nets: frost** is cold [1]\n- **Warm nets** are warm [2]\n\n**Sources**\n1. x', ['Cold nets: frost', 'Warm nets']],
    ['<details type="reasoning"><summary>Thought</summary>*Hot nets* [1]</details>*Cold nets* says so. [1]', ['Cold nets']],
  ])('of %j, finds %j', (answer, papers) => {
    expect(papersNamedIn(answer)).toEqual(papers)
  })
})

describe('an answer of another model, without an end to what it opens', () => {
  it.each([['“', ''], ['<details', ''], ['<details>', ''], ['<think>', ' '], ['] ', 'sets a beside '], ['[', '*']])('of many %j, is read without going back for each', (part, more) => {
    expect(papersNamedIn(`${`${part}${more}`.repeat(100_000)}\n*Cold nets* [1]`).length).toBeLessThan(3)
  })
})

describe('small talk', () => {
  it.each([
    ['Hello!', 'greeting'],
    ['hi there 👋', 'greeting'],
    ['Good morning, Footnote', 'greeting'],
    ['How are you today?', 'wellbeing'],
    ['Thanks a lot, that helps!', 'thanks'],
    ['thank you for your help', 'thanks'],
    ['ok, got it', 'agreement'],
    ['bye', 'goodbye'],
    ['What can you do?', 'abilities'],
    ['help', 'abilities'],
    ['Who are you?', 'identity'],
    ['Are you a robot?', 'identity'],
    ['How many papers are in this library?', 'size'],
  ])('%j is a kind of it: %s', (text, kind) => {
    expect(smallTalkIn(text)).toBe(kind)
  })

  it.each(['Hello world programs in education', 'What can you do to prune a network?', 'Who are you citing on quantization?', 'help with KV caches', 'thanks, and the second one?', 'Is it good?', 'What is L-Mul?', 'How many papers are about pruning?', 'Hi, which papers shrink the KV cache?', 'yes-no questions', ''])('%j is none', (text) => {
    expect(smallTalkIn(text)).toBeUndefined()
  })

  it('is answered without a search, in the shape of an answer, with a true count', async () => {
    const answer = await ask('Hello')
    expect(() => AnswerSchema.parse(answer)).not.toThrow()
    expect(answer).toMatchObject({ answer: 'Hello. Ask me about the 102 papers in this library.', writer: 'conversation', citations: [], considered: [], claims: [], followUps: [] })
    expect(answer.answerable).toMatchObject({ verdict: 'answered', missingTerms: [], nearest: [] })
  })

  it('over an empty library, says how to fill it', () => {
    expect(smallTalkReply('greeting', 0)).toContain('npm run ingest')
  })
})

describe('npm run ask -- --history', () => {
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/ask.ts', ...words], { cwd: join(import.meta.dirname, '..'), env: { ...process.env, DATA_DIR: join(folder, 'asked') } })

  it('makes the file, and goes on from it', async () => {
    const file = join(folder, 'talk.json')
    await run('--history', file, 'What is MiniCache?')
    const { stdout } = await run('--json', '--history', file, 'how much memory does it save?')
    expect(JSON.parse(stdout)).toMatchObject({ standaloneQuestion: 'how much memory does MiniCache save?' })
    expect((JSON.parse(readFileSync(file, 'utf8')) as unknown[]).length).toBe(4)
  }, 60_000)

  it('of a file that is something else, says so and leaves it', async () => {
    const file = join(folder, 'notes.json')
    writeFileSync(file, '{"notes": []}')
    await expect(run('--history', file, 'What is MiniCache?')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('notes.json is no conversation') as string })
    expect(readFileSync(file, 'utf8')).toBe('{"notes": []}')
  }, 60_000)
})
