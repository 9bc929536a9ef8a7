/** Writes the two indexes to snapshots, and reads them back as they were. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { createVectorIndex } from './hnsw.js'
import type { VectorIndex } from './hnsw.js'
import { createLexicalIndex } from './lexical.js'
import type { LexicalIndex } from './lexical.js'
import { PAGE } from './paged-lists.js'
import type { SavedLists } from './paged-lists.js'
import { readSections, sectionSizes, writeSections } from './sections.js'
import type { Section, SectionReader } from './sections.js'
import type { SnapshotContents, SoundSnapshot } from './snapshot.js'

/** Grow with every change of what the files hold, or of what `terms` makes of a text. */
export const LEXICAL_FORMAT = 2
export const VECTOR_FORMAT = 1

/** What the files of one model's vectors are called: those of another model lie beside them. */
export function vectorsName(modelId: string): string {
  return `vectors-${createHash('sha256').update(modelId).digest('hex').slice(0, 8)}`
}

export function lexicalContents(index: LexicalIndex, revision: number): SnapshotContents {
  const { terms, postings, contents, frequencies, mostOften, densest, handles, lengths } = index.saved()
  const sections = {
    terms: [Buffer.from(terms.join('\n'))],
    ...listSections('postings', postings),
    ...listSections('contents', contents),
    frequencies: [frequencies],
    mostOften: [mostOften],
    densest: [densest],
    handles: [handles],
    lengths: [lengths],
  }
  return { revision, facts: sectionSizes(sections), files: { index: (path) => writeSections(path, sections) } }
}

export async function readLexical({ facts, paths }: SoundSnapshot): Promise<LexicalIndex> {
  const sections = await readSections(paths['index'] ?? '', facts)
  const terms = Buffer.from(sections.bytes('terms')).toString('utf8')
  return createLexicalIndex({
    terms: terms === '' ? [] : terms.split('\n'),
    postings: readLists('postings', sections),
    contents: readLists('contents', sections),
    frequencies: sections.uint32('frequencies'),
    mostOften: sections.bytes('mostOften'),
    densest: sections.float32('densest'),
    handles: sections.uint32('handles'),
    lengths: sections.uint16('lengths'),
  })
}

export function vectorContents(index: VectorIndex, revision: number, dimensions: number): SnapshotContents {
  const { handles, packed } = index.saved()
  const sections = { handles: [handles], packed }
  return {
    revision,
    facts: sectionSizes(sections),
    files: {
      rows: (path) => writeSections(path, sections),
      hnsw: async (path) => {
        await index.writeGraph(path)
        // hnswlib says nothing when a write fails: each vector takes at least its own bytes.
        const { size } = await stat(path)
        if (size < handles.length * dimensions * 4) throw new Error(`${path} was not written whole; is the disk full?`)
      },
    },
  }
}

export async function readVectors({ facts, paths }: SoundSnapshot, dimensions: number): Promise<VectorIndex> {
  const sections = await readSections(paths['rows'] ?? '', facts)
  return createVectorIndex(dimensions, {
    handles: sections.uint32('handles'),
    packed: sections.int8('packed'),
    graphPath: paths['hnsw'] ?? '',
  })
}

function listSections(name: string, { pages, first, last, lengths, next }: SavedLists): Record<string, Section> {
  return {
    [`${name}Pages`]: pages,
    [`${name}First`]: [first],
    [`${name}Last`]: [last],
    [`${name}Lengths`]: [lengths],
    [`${name}Next`]: [Uint32Array.of(next)],
  }
}

function readLists(name: string, sections: SectionReader): SavedLists {
  const numbers = sections.uint32(`${name}Pages`)
  return {
    pages: Array.from({ length: numbers.length / PAGE }, (_, i) => numbers.subarray(i * PAGE, (i + 1) * PAGE)),
    first: sections.uint32(`${name}First`),
    last: sections.uint32(`${name}Last`),
    lengths: sections.uint32(`${name}Lengths`),
    next: sections.uint32(`${name}Next`)[0] ?? 0,
  }
}
