/** Tells how rare a term is in the scientific literature at large, from counts that ship with the program. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { FootnoteError } from '../errors.js'

/**
 * ln(N / df) over a background of a quarter of a million abstracts; a term that the background does not list has
 * the greatest value. Unlike the idf of the library itself it means the same in a library of a
 * hundred papers and of a million, which is what a decision to answer needs.
 */
export type Rarity = (term: string) => number

/**
 * Reads the counts written by `npm run background`: gzipped lines `term<TAB>documents`, the first
 * one `<TAB>documents in all`.
 */
export async function readRarity(path: string): Promise<Rarity> {
  const text = await readFile(path).then(
    (bytes) => gunzipSync(bytes).toString('utf8'),
    (cause: unknown) => {
      throw new FootnoteError('internal', `The term counts ${path} cannot be read; restore the file from the repository.`, { cause })
    },
  )
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t')
    if (tab >= 0) counts.set(line.slice(0, tab), Number(line.slice(tab + 1)))
  }
  const documents = counts.get('') ?? 0
  if (!(documents > 0)) throw new FootnoteError('internal', `${path} holds no term counts; restore the file from the repository.`)
  return (term) => Math.log(documents / Math.min(documents, counts.get(term) ?? 1))
}
