/** Knows a JSON record of a public source by its members, and gives it our names. */
import type { RawRecord } from '../reader.js'
import { arxivMetadata } from './arxiv-metadata.js'
import { crossrefWork } from './crossref.js'
import { cslItem } from './csl.js'
import { huggingFacePaper } from './hugging-face.js'
import { openAlexWork } from './openalex.js'
import { semanticScholarPaper } from './semantic-scholar.js'
import { zoteroItem } from './zotero.js'

export interface Shape {
  /** By members that no other source has. */
  recognises(record: RawRecord): boolean
  /** The same facts by the names that `record.ts` knows; what the source leaves open stays undefined. */
  toRecord(record: RawRecord): RawRecord
}

const SHAPES: readonly Shape[] = [openAlexWork, semanticScholarPaper, huggingFacePaper, arxivMetadata, crossrefWork, zoteroItem, cslItem]

/** A record of an unknown shape is taken as it is, and so is what a known shape leaves open. */
export function shapeRecord(record: RawRecord): RawRecord {
  const shaped = SHAPES.find((shape) => shape.recognises(record))?.toRecord(record) ?? {}
  return { ...record, ...Object.fromEntries(Object.entries(shaped).filter(([, value]) => value !== undefined)) }
}
