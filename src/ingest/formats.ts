/** Chooses the reader for a source: as told, by how the source begins, or else by what it is called. */
import { FootnoteError } from '../errors.js'
import { arxivAtomReader } from './formats/arxiv-atom.js'
import { bibtexReader } from './formats/bibtex.js'
import { csvReader } from './formats/csv.js'
import { endnoteXmlReader } from './formats/endnote-xml.js'
import { jsonReader } from './formats/json.js'
import { jsonlReader } from './formats/jsonl.js'
import { medlineReader } from './formats/medline.js'
import { papersPageReader } from './formats/papers-page.js'
import { pubmedXmlReader } from './formats/pubmed-xml.js'
import { risReader } from './formats/ris.js'
import type { Reader } from './reader.js'

/** In the order in which they are asked: those with the plainest marks first. */
export const READERS: readonly Reader[] = [
  pubmedXmlReader, arxivAtomReader, endnoteXmlReader, risReader, medlineReader, bibtexReader, jsonReader, jsonlReader, csvReader, papersPageReader,
]

/** Every name that `--format` and `?format=` take. */
export const FORMATS: readonly string[] = READERS.flatMap(({ format, aliases = [] }) => [format, ...aliases])

/** What bodies in these formats are called over HTTP. */
export const MEDIA_TYPES: readonly string[] = READERS.flatMap(({ mediaTypes }) => mediaTypes)

const MAIN_FORMATS = READERS.map(({ format }) => format).join(', ')

export interface Told {
  /** A reader's name, or another name of its format. */
  readonly format?: string | undefined
  /** Media type of the source, asked only if its content says nothing. */
  readonly mediaType?: string | undefined
}

/** Fails with `invalid_request` for a format that we do not know, and `unsupported_format` for content that we do not. */
export function chooseReader(head: string, name: string, { format, mediaType }: Told = {}): Reader {
  if (format !== undefined) {
    const told = READERS.find((reader) => reader.format === format || reader.aliases?.includes(format))
    if (told !== undefined) return told
    throw new FootnoteError('invalid_request', `There is no format “${format}”; the formats are ${MAIN_FORMATS}.`)
  }
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase()
  const found =
    READERS.find((reader) => reader.recognises(head))
    ?? READERS.find(({ mediaTypes }) => mediaType !== undefined && mediaTypes.includes(mediaType))
    ?? READERS.find(({ extensions }) => extension !== undefined && extensions.includes(extension))
  if (found !== undefined) return found
  throw new FootnoteError('unsupported_format', `${name} was not recognised as one of the formats ${MAIN_FORMATS}; convert it to one, or tell which it is (--format NAME, over HTTP ?format=NAME).`)
}
