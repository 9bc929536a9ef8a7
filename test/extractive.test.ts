/** The extractive writer: leads with what was asked, names its papers, quotes them word for word, and says nothing else. */
import { describe, expect, it } from 'vitest'
import { createDraft } from '../src/answering/writing/draft.js'
import type { PaperEvidence } from '../src/answering/evidence/evidence.js'
import { createExtractiveWriter } from '../src/answering/writing/extractive.js'
import type { WriteRequest } from '../src/answering/writing/writer.js'
import { countAsked } from '../src/answering/question/listed.js'
import { readQuestion } from '../src/answering/question/question.js'

interface Given {
  readonly title: string
  /** The sentences of the abstract, each with its probability. */
  readonly says: readonly (readonly [string, number])[]
  readonly relevance?: number
  readonly year?: number
}

function evidenceOf({ title, says, relevance = 1, year }: Given, index: number): PaperEvidence {
  const abstract = says.map(([text]) => text).join(' ')
  const sentences = says
    .map(([text, probability]) => ({ text, start: abstract.indexOf(text), end: abstract.indexOf(text) + text.length, probability }))
    .sort((a, b) => b.probability - a.probability)
  return { paper: { id: `title:${index}`, title, abstract, addedAt: '2026-01-01T00:00:00.000Z', ...(year === undefined ? {} : { year }) }, similarity: 0.5, relevance, coverage: 1, titleCoverage: 0.5, sentences }
}

async function write(question: string, ...given: Given[]) {
  return writeFrom({ question: readQuestion(question), evidence: given.map(evidenceOf), history: [] })
}

async function writeFrom(request: WriteRequest) {
  const { evidence } = request
  const draft = createDraft(evidence)
  for await (const sentence of createExtractiveWriter(() => 1).write(request, new AbortController().signal)) draft.add(sentence)
  for (const { verdict } of draft.claims) expect(verdict).toBe('supported')
  return draft.text
}

const LOOMS: Given = {
  title: 'Damped looms: springs under mills',
  says: [['Looms shake the floors of mills.', 0.2], ['Springs lower the tremor of a loom by 41% in wood and by 12% in iron.', 0.9], ['Springs do not raise the noise of a loom.', 0.3]],
}
const FELT: Given = { title: 'Felt pads: a cheap remedy', says: [['Felt pads lower the tremor of a loom by a third.', 0.8]], relevance: 0.9 }

describe('the extractive writer', () => {
  it.each([
    ['By what percentage do springs lower the tremor in iron?', '12%, according to *Damped looms: springs under mills*: “'],
    ['By what percentage do springs lower the tremor of a loom?', '*Damped looms: springs under mills* reports: “'],
  ])('of %j, leads with the figure where there is no doubt which', async (question, start) => {
    expect((await write(question, LOOMS)).startsWith(start)).toBe(true)
  })

  it.each([
    ['Do springs raise the noise of a loom?', 'Springs do not raise the noise of a loom.', 'No, according to'],
    ['Do springs lower the tremor of a loom?', 'Springs reduce the tremor of each loom.', 'Yes, according to'],
    ['Does the tremor depend on the springs?', 'Tremor is independent of springs, which it depends on elsewhere.', '*Damped looms* '],
    ['Do springs lower the tremor of a loom?', 'Springs may lower the tremor of a loom.', '*Damped looms* says'],
    ['Do springs lower the tremor of a loom?', 'We ask whether springs lower the tremor of a loom.', '*Damped looms* says'],
    ['Do springs lower the tremor of a loom?', 'Springs are found under every loom.', '*Damped looms* '],
    ['Do springs lower the tremor of a loom?', 'Springs lower the tremor of a loom, but not where the floor is of stone.', '*Damped looms* '],
    ['Do springs not lower the tremor of a loom?', 'Springs lower the tremor of a loom.', '*Damped looms* '],
    ['Do springs lower the tremor of a loom?', 'We seek looms of which springs lower the tremor of a loom.', '*Damped looms* '],
    ['Do springs raise the noise of a loom?', 'Springs eliminate what may raise the noise of a loom.', '*Damped looms* '],
    ['Do springs raise the noise of a loom?', 'Springs prevent that pads raise the noise of a loom.', '*Damped looms* '],
    ['Do springs improve the cloth of a loom?', 'Springs improve the cloth of a loom without increasing the noise.', 'Yes, '],
    ['Does a loom need training?', 'Our loom is training-free and general.', 'No, '],
    ['Do springs reduce the overhead of a loom?', 'Results demonstrate that springs reduce the overhead of a loom by over 85% compared to pads.', 'Yes, '],
    ['Do springs add weight to a loom?', 'Springs do not introduce more weight to a loom.', 'No, '],
    ['Is felt the bottleneck of a loom?', 'We find that wool, not felt, emerges as the bottleneck of a loom.', 'No, '],
    ['Do springs hurt the precision of a loom?', 'A loom with springs achieves equivalent precision to one without.', 'No, '],
    ['Do springs improve the yarn of a loom?', 'Springs improve the cloth of a loom.', '*Damped looms* '],
    ['Were looms approved?', 'In 1999 the makers received a non-approvable letter for looms.', 'No, '],
    ['Do looms lower the tremor of springs?', 'Springs lower the tremor of looms.', '*Damped looms* '],
    ['Does felt need springs?', 'Felt carries springs.', '*Damped looms* '],
    ['Does felt need springs?', 'Felt needs no springs.', 'No, according to'],
    ['Do damped looms lower the tremor?', 'Springs lower the noise.', '*Damped looms* '],
    ['Are looms conductive?', 'Springs change the conductance of looms.', '*Damped looms* '],
    ['Are looms conductive?', 'All iron looms are conductive.', 'Yes, according to'],
    ['Are looms conductive?', 'Wooden looms are not conductive.', 'No, according to'],
  ])('of %j, given %j, says %j', async (question, sentence, start) => {
    const text = await write(question, { title: 'Damped looms', says: [[sentence, 0.9]] })
    expect(text.startsWith(start)).toBe(true)
  })

  it('when papers say yes and no, says that they do not agree, and quotes both', async () => {
    const yes: Given = { title: 'On rubber feet', says: [['Rubber feet lower the tremor of a loom.', 0.9]] }
    const no: Given = { title: 'Rubber again', says: [['Rubber feet do not lower the tremor of a loom.', 0.9]] }
    expect(await write('Do rubber feet lower the tremor of a loom?', yes, no)).toBe(
      'The papers in this library do not agree on it.\n\n' +
        'Yes, according to *On rubber feet*: “Rubber feet lower the tremor of a loom.” [1]\n\n' +
        'No, according to *Rubber again*: “Rubber feet do not lower the tremor of a loom.” [2]',
    )
  })

  it.each([
    ['what a paper proposes before why', [['The tremor of a loom breaks threads.', 0.9], ['We propose springs against the tremor.', 0.4]], 'We propose springs against the tremor.'],
    ['the first where no other is nearly as good', [['The tremor of a loom breaks threads.', 0.9], ['We propose springs against the tremor.', 0.1]], 'The tremor of a loom breaks threads.'],
    ['the first where no other is on the subject', [['The tremor of a loom breaks threads.', 0.9], ['We propose springs.', 0.8]], 'The tremor of a loom breaks threads.'],
  ] as const)('of a list, quotes %s', async (_, says, quote) => {
    expect(await write('Which papers deal with the tremor of a loom?', { title: 'Softloom: frames on springs', says }, FELT)).toContain(`“${quote}” [1]`)
  })

  it('of what a short form stands for, leads with the sentence that writes it out', async () => {
    const paper: Given = { title: 'Softloom', says: [['DSL halves the tremor of a loom.', 0.9], ['Damped spring looms (DSL) stand on felt.', 0.1]] }
    expect(await write('What does DSL stand for?', paper)).toContain('“Damped spring looms (DSL) stand on felt.” [1]')
  })

  it('of a list, says how many papers on what, and quotes each once', async () => {
    expect(await write('Which papers deal with the tremor of a loom, and how?', LOOMS, FELT)).toBe(
      'Two papers in this library bear on the tremor of a loom:\n\n' +
        '- *Damped looms: springs under mills*: “Springs lower the tremor of a loom by 41% in wood and by 12% in iron.” [1]\n' +
        '- *Felt pads: a cheap remedy*: “Felt pads lower the tremor of a loom by a third.” [2]',
    )
  })

  it('of a list with more papers than are quoted, says how many speak of it, and names them', async () => {
    const evidence = [LOOMS, FELT].map(evidenceOf)
    const draft = createDraft(evidence)
    const beyond = ['Cork: a study', 'Six more mills in the north'].map((title, i) => ({ id: `title:b${i}`, title, abstract: 'A loom.', addedAt: '2026-01-01T00:00:00.000Z' }))
    for await (const sentence of createExtractiveWriter(() => 1).write({ question: readQuestion('Which papers deal with the tremor of a loom?'), evidence, listed: { beyond, isSure: true }, history: [] }, new AbortController().signal)) draft.add(sentence)
    expect(draft.text).toMatch(/^Four papers in this library bear on the tremor of a loom; two of them:\n\n- \*Damped/)
    expect(draft.text).toMatch(/\n\nFurther ones: \*Cork: a study\* and \*Six more mills in the north\*\.$/)
    expect(draft.citations).toHaveLength(2)
  })

  it('of what is new, says which come first, and the years', async () => {
    const evidence = [{ ...FELT, year: 2024 }, { ...LOOMS, year: 2019 }].map(evidenceOf)
    const draft = createDraft(evidence)
    for await (const sentence of createExtractiveWriter(() => 1).write({ question: readQuestion('What is new in the tremor of a loom?'), evidence, listed: { beyond: [], isSure: false }, history: [] }, new AbortController().signal)) draft.add(sentence)
    expect(draft.text).toMatch(/^These papers in this library bear on the tremor of a loom, the newest first:\n\n- \*Felt pads: a cheap remedy\* \(2024\): “/)
    expect(draft.text).toContain('- *Damped looms: springs under mills* (2019): “')
  })

  it.each(['pruning', 'loom tremor?'])('of the few words %j alone, says what the list is on', async (words) => {
    expect(await write(words, LOOMS, FELT)).toMatch(new RegExp(`^Two papers in this library bear on ${words.replace('?', '')}:`))
  })

  it('of a list, quotes what a paper on the subject proposes, however likely why it matters is', async () => {
    const says: Given['says'] = [['Looms have long shaken mills.', 0.9], ['We propose pads of felt.', 0.05]]
    expect(await write('Which papers deal with the tremor of looms?', { title: 'Against the tremor of looms', says }, FELT)).toContain('“We propose pads of felt.” [1]')
  })

  it('of a comparison that one sentence draws, adds no paper on one side alone', async () => {
    const both: Given = { title: 'Pads of all kinds', says: [['Springs lower the tremor more than felt pads.', 0.9]] }
    expect(await write('What is the difference between springs and felt pads?', both, LOOMS, FELT)).toBe('*Pads of all kinds* sets springs beside felt pads: “Springs lower the tremor more than felt pads.” [1]')
  })

  it('of a comparison in something, quotes each side on that, however likely another sentence is', async () => {
    const felt: Given = { title: 'Quietfelt: pads', says: [['Quietfelt is soft and grey.', 0.9], ['Quietfelt costs 4 crowns a loom.', 0.3]] }
    const cork: Given = { title: 'Corkmat: boards', says: [['Corkmat smells of bark.', 0.9], ['Corkmat costs 9 crowns a loom.', 0.3]] }
    const text = await write('What is the difference between Quietfelt and Corkmat in expense?', felt, cork)
    expect([text.includes('costs 4 crowns'), text.includes('costs 9 crowns'), text.includes('soft')]).toEqual([true, true, false])
  })

  it('of a comparison within one paper, names it once', async () => {
    const both: Given = { title: 'Pads of all kinds', says: [['Springs lower the tremor.', 0.9], ['Felt pads are cheap.', 0.8]] }
    expect(await write('What is the difference between springs and felt pads?', both)).toBe('On springs, *Pads of all kinds* says: “Springs lower the tremor.” [1]\n\nOn felt pads, it says: “Felt pads are cheap.” [1]')
  })

  it('of a list with one paper, says that it is one', async () => {
    expect(await write('Which papers deal with felt pads?', FELT)).toMatch(/^One paper in this library bears on felt pads, \*Felt pads: a cheap remedy\*: “/)
  })

  it('of a comparison, puts each side under its name', async () => {
    expect(await write('What is the difference between springs and felt pads?', LOOMS, FELT)).toBe(
      'On springs, *Damped looms: springs under mills* reports: “Springs lower the tremor of a loom by 41% in wood and by 12% in iron.” [1]\n\n' +
        'On felt pads, *Felt pads: a cheap remedy* says: “Felt pads lower the tremor of a loom by a third.” [2]',
    )
  })

  it('of a comparison with one side missing, says so', async () => {
    expect(await write('Are springs better than gravel?', LOOMS)).toMatch(/\[1\]\n\nThe papers found for this say nothing on gravel\.$/)
  })

  it('of a definition, leads with the sentence that introduces the thing', async () => {
    const paper: Given = { title: 'Weaving by rule', says: [['A heddle is a wire that lifts the warp.', 0.4], ['With 12 heddles the heddle loom weaves a twill.', 0.7]] }
    expect(await write('What is a heddle?', paper)).toMatch(/^\*Weaving by rule\* describes a heddle as follows: “A heddle is a wire/)
  })

  it('of a definition, puts a paper that introduces the thing before one that only mentions it', async () => {
    const mentioning: Given = { title: 'On mills', says: [['In every mill the oldest loom that we found is one with a heddle.', 0.9]] }
    const introducing: Given = { title: 'On wires', says: [['A heddle lifts the warp.', 0.8]], relevance: 0.9 }
    expect(await write('What is a heddle?', mentioning, introducing)).toMatch(/^\*On wires\* describes a heddle as follows: “A heddle lifts the warp\.” \[1\]\n\n\*On mills\* bears on it as well: “/)
  })

  it('of a question that names a paper by its title, answers from that paper alone', async () => {
    const text = await write('How much does “Felt pads: a cheap remedy” lower the tremor of a loom?', LOOMS, FELT)
    expect(text).toContain('*Felt pads: a cheap remedy*')
    expect(text).not.toContain('Damped')
  })

  it('of a fact, quotes sentences that follow each other as one, and others behind in their order', async () => {
    const paper: Given = { title: 'Damped looms', says: [['Mills stand near rivers.', 0.15], ['Looms shake.', 0.02], ['Springs carry them.', 0.9], ['They are of steel.', 0.3], ['Prices fell.', 0.03]] }
    expect(await write('What carries the looms?', paper)).toBe('*Damped looms* says: “Springs carry them. They are of steel.” [1] It adds: “Mills stand near rivers.” [1]')
  })

  it('where the figure leaves no doubt, adds nothing', async () => {
    const says: Given['says'] = [['Springs lower the tremor by 41%.', 0.9], ['The springs are of steel and 12% iron.', 0.8]]
    expect(await write('By what percentage do springs lower the tremor?', { title: 'Damped looms', says })).toBe('41%, according to *Damped looms*: “Springs lower the tremor by 41%.” [1]')
  })

  it.each([
    ['holds nothing more of the question', 'The springs are of steel.', 0.3, false],
    ['holds a further word of the question', 'A loom stands on four of them.', 0.3, true],
    ['is almost as good', 'The springs are of steel.', 0.5, true],
  ])('beside a lead of the kind asked for, a sentence that %s joins accordingly', async (_, sentence, probability, joins) => {
    const says: Given['says'] = [['We show that springs lower the tremor.', 0.9], ['Felt is cheap.', 0.02], [sentence, probability]]
    expect((await write('What do springs lower in a loom?', { title: 'Damped frames', says })).includes(sentence)).toBe(joins)
  })

  it.each([
    ['In conclusion, springs of steel lower the tremor.', 'It concludes: '],
    ['Springs of steel lower the noise by 41%.', 'It finds: '],
    ['Of steel are all springs here.', 'It adds: '],
  ])('introduces the further quote %j by what it says', async (sentence, introduction) => {
    expect(await write('What carries the looms?', { title: 'Damped frames', says: [['Springs carry the looms.', 0.9], ['Mills are loud.', 0.01], [sentence, 0.8]] })).toContain(`[1] ${introduction}“${sentence}”`)
  })

  it('of a figure that no quote gives, says so', async () => {
    expect(await write('How many springs does Softloom need?', { title: 'Softloom', says: [['Softloom needs springs.', 0.9]] })).toBe('No abstract here gives a figure for it; what comes nearest:\n\n*Softloom* says: “Softloom needs springs.” [1]')
  })

  it.each([
    ['Why do looms shake?', 'Looms have long been known to shake.', 'Looms shake because the floor gives way.'],
    ['How fast is Softloom?', 'We introduce Softloom for fast weaving.', 'Softloom weaves at 139 FPS.'],
  ])('of %j, leads not with %j but with %j', async (question, likely, telling) => {
    const text = await write(question, { title: 'Softloom', says: [[likely, 0.9], ['Mills are loud.', 0.01], [telling, 0.5]] })
    expect(text.indexOf(telling)).toBeGreaterThan(0)
    expect(text.includes(likely) ? text.indexOf(likely) : Infinity).toBeGreaterThan(text.indexOf(telling))
  })

  it.each([
    ['what is softloom', 'With SoftLoom springs were stretched.', 'We propose SoftLoom (Soft Loom), a frame on springs.', '*Mills of today* describes SoftLoom as follows: “We propose SoftLoom'],
    ['What is SoftLoom?', 'SoftLoom is a tool developed for this purpose.', 'A frame called SoftLoom carries the loom.', '*Mills of today* describes SoftLoom as follows: “A frame called SoftLoom'],
  ])('of %j, defines the name by the sentence that gives it', async (question, mentioning, defining, start) => {
    expect((await write(question, { title: 'Mills of today', says: [[mentioning, 0.9], ['Mills are loud.', 0.01], [defining, 0.4]] })).startsWith(start)).toBe(true)
  })

  it.each([
    ['is said outright', 'A heddle (H) is a loop of wire.', '*On wires* describes a heddle as follows: “A heddle (H) is a loop of wire.” [1]'],
    ['is given to what is proposed', 'Hence we propose a heddle (H) that lifts the warp.', '*On wires* describes a heddle as follows: “Hence we propose a heddle (H) that lifts the warp.” [1]'],
    ['is only spoken of', 'A heddle properties are measured.', 'No abstract here says outright what a heddle is; what comes nearest:\n\n*On wires* says: “A heddle properties are measured.” [1]'],
    ['is only mentioned', 'Each heddle is counted by hand.', 'No abstract here says outright what a heddle is; what comes nearest:\n\n*On wires* says: “Each heddle is counted by hand.” [1]'],
    ['is only used', 'A heddle is used in mills.', 'No abstract here says outright what a heddle is; what comes nearest:\n\n*On wires* says: “A heddle is used in mills.” [1]'],
  ])('of a definition that %s, says so', async (_, sentence, text) => {
    expect(await write('What is a heddle?', { title: 'On wires', says: [[sentence, 0.9]] })).toBe(text)
  })

  it('of a figure, adds no sentence without one', async () => {
    const says: Given['says'] = [['Softloom halves the noise with 4 springs and 9 pads.', 0.9], ['Mills are loud.', 0.1], ['Weavers like the quiet.', 0.5], ['It weighs 30 kg.', 0.4]]
    const text = await write('How many springs and pads does it take?', { title: 'Softloom', says })
    expect(text).toContain('“It weighs 30 kg.”')
    expect(text).not.toContain('Weavers')
  })

  it('of what may be no answer, says so, unless it gives the figure', async () => {
    const unsure = (question: string) => writeFrom({ question: readQuestion(question), evidence: [evidenceOf(LOOMS, 0)], history: [], isUnsure: true })
    expect(await unsure('What do springs weigh in mills?')).toMatch(/^No abstract here answers this for certain; what comes nearest:\n\n\*Damped looms/)
    expect(await unsure('By what percentage do springs lower the tremor in iron?')).toMatch(/^12%, according to/)
  })

  it('of a figure that may be any of several, quotes the further sentence with another', async () => {
    const says: Given['says'] = [['Leaving pads out lowers the springs by 16.', 0.9], ['Mills are loud.', 0.01], ['Only 4 carry it.', 0.2]]
    expect(await write('How many springs does Softloom need?', { title: 'Softloom', says })).toContain('“Only 4 carry it.”')
  })

  it('where the question names a work, leaves papers out that do not speak of it', async () => {
    const text = await write('What does TwinLoom lower?', { title: 'TwinLoom', says: [['TwinLoom lowers the tremor.', 0.9]] }, { title: 'Felt', says: [['Felt lowers the tremor.', 0.9]] })
    expect(text).toBe('*TwinLoom* says: “TwinLoom lowers the tremor.” [1]')
  })

  it('of structured against unstructured pruning, names both sides in full', () => {
    expect(readQuestion('What is the difference between structured and unstructured pruning?').sides).toEqual(['structured pruning', 'unstructured pruning'])
    expect(readQuestion('What is the difference between felt and iron frames?').sides).toEqual(['felt', 'iron frames'])
  })

  it('says no sentence twice', async () => {
    const text = await write('How do springs lower the tremor of a loom?', LOOMS, FELT)
    const quotes = [...text.matchAll(/“([^”]+)”/g)].map((match) => match[1])
    expect(quotes.length).toBeGreaterThan(1)
    expect(new Set(quotes).size).toBe(quotes.length)
  })
})

describe('countAsked', () => {
  it.each([
    ['List all papers on pruning', 20],
    ['Give me ten papers about looms', 10],
    ['the 3 newest papers on felt', 3],
    ['Which papers deal with looms?', undefined],
    ['What do all looms need?', undefined],
    ['Show 400 papers on felt', undefined],
    ['List 90 papers on felt', 20],
  ])('of %j, is %j', (text, count) => {
    expect(countAsked(text, 20)).toBe(count)
  })
})

describe('readQuestion', () => {
  it.each([
    ['Which of LoRA and GaLore needs no training?', ['LoRA', 'GaLore']],
    ['How is LoRA different from other methods?', undefined],
    ['LoRA or GaLore: which needs less memory?', ['LoRA', 'GaLore']],
    ['What is the difference between FasterVLM and PyramidDrop?', ['FasterVLM', 'PyramidDrop']],
    ['How does EViT compare with Adaptive Token Sampling?', ['EViT', 'Adaptive Token Sampling']],
    ['Compare FRUGAL with SGD-SaI as optimizers', ['FRUGAL', 'SGD-SaI']],
    ['Is LoRA better than full fine-tuning?', ['LoRA', 'full fine-tuning']],
    ['How do the lottery tickets and PreCropping differ?', ['lottery tickets', 'PreCropping']],
    ['Which papers shrink the KV cache?', undefined],
    ['Is accuracy or speed reported for MiniCache on ShareGPT?', undefined],
  ])('of %j, finds the sides %j', (text, sides) => {
    expect(readQuestion(text).sides).toEqual(sides)
  })

  it.each([
    ['What approaches exist for pruning at initialization?', 'pruning at initialization'],
    ['Which papers deal with the KV cache, and how?', 'the KV cache'],
    ['papers on federated learning', 'federated learning'],
    ['What is a supernet?', 'a supernet'],
    ['What does it cost?', undefined],
    ['Which quantum papers deal with networks?', 'quantum networks'],
    ['List the three newest papers on pruning', 'pruning'],
    ['what is new in diffusion models', 'diffusion models'],
    ['Which of the papers on agents gives a benchmark?', undefined],
  ])('of %j, finds the subject %j', (text, subject) => {
    expect(readQuestion(text).subject).toBe(subject)
  })
})
