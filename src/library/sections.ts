/** Puts arrays of numbers behind one another in a file, and takes them out again without copying them. */
import { readFile } from 'node:fs/promises'
import { writeFully } from './snapshot.js'

const ALIGNMENT = 8

/** Pieces that follow one another as one section. */
export type Section = readonly ArrayBufferView[]

/** How many bytes each section has, in the order in which they are written. */
export function sectionSizes(sections: Readonly<Record<string, Section>>): Record<string, number> {
  const sizeOf = (section: Section) => section.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return Object.fromEntries(Object.entries(sections).map(([name, section]) => [name, sizeOf(section)]))
}

export async function writeSections(path: string, sections: Readonly<Record<string, Section>>): Promise<void> {
  await writeFully(path, chunksOf(sections))
}

/** @param sizes what `sectionSizes` gave; the views share one buffer, and may be written to */
export async function readSections(path: string, sizes: Readonly<Record<string, number>>) {
  const file = await readFile(path)
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer
  const places = new Map<string, { offset: number; bytes: number }>()
  let offset = 0
  for (const [name, bytes] of Object.entries(sizes)) {
    places.set(name, { offset, bytes })
    offset += bytes + padding(bytes)
  }
  const place = (name: string) => {
    const found = places.get(name)
    if (found === undefined || found.offset + found.bytes > buffer.byteLength) throw new Error(`it has no section ${name}`)
    return found
  }
  return {
    bytes: (name: string) => new Uint8Array(buffer, place(name).offset, place(name).bytes),
    int8: (name: string) => new Int8Array(buffer, place(name).offset, place(name).bytes),
    uint16: (name: string) => new Uint16Array(buffer, place(name).offset, place(name).bytes / 2),
    uint32: (name: string) => new Uint32Array(buffer, place(name).offset, place(name).bytes / 4),
    float32: (name: string) => new Float32Array(buffer, place(name).offset, place(name).bytes / 4),
  }
}

export type SectionReader = Awaited<ReturnType<typeof readSections>>

function* chunksOf(sections: Readonly<Record<string, Section>>): Generator<Uint8Array> {
  const sizes = sectionSizes(sections)
  for (const [name, section] of Object.entries(sections)) {
    for (const { buffer, byteOffset, byteLength } of section) yield new Uint8Array(buffer, byteOffset, byteLength)
    const gap = padding(sizes[name] as number)
    if (gap > 0) yield new Uint8Array(gap)
  }
}

function padding(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT
}
