/** Takes the vectors of models that will not serve again out of a library's folder. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { vectorsName } from './index-files.js'
import { openSqlite } from './sqlite.js'

/** Few enough that other writers hardly wait. */
const ROWS_A_TRANSACTION = 200

/**
 * Deletes the vectors and the index files of each model for whose id `isObsolete` holds; ids are those of
 * `EmbeddingModel`. Papers and other models' vectors stay, and the room in `library.db` is used again. Broken off, it
 * can be called again. A process that still serves with such a model finds nothing by meaning from then on.
 */
export async function forgetModels(dataDir: string, isObsolete: (modelId: string) => boolean): Promise<void> {
  const sqlite = await openSqlite(join(dataDir, 'library.db'))
  try {
    const models = sqlite.statement('SELECT model, id FROM models').all().filter(({ id }) => isObsolete(id as string))
    for (const table of ['paper_vectors', 'sentence_vectors']) {
      const remove = sqlite.statement(`DELETE FROM ${table} WHERE model = ? AND handle IN (SELECT handle FROM ${table} WHERE model = ? LIMIT ${ROWS_A_TRANSACTION})`)
      const left = sqlite.statement(`SELECT 1 AS one FROM ${table} WHERE model = ? LIMIT 1`)
      // The model keeps its number: a process that knows it must not find another model's vectors under it.
      for (const { model } of models) while (left.one(Number(model)) !== undefined) sqlite.transaction(() => remove.run(Number(model), Number(model)))
    }
    const names = models.map(({ id }) => vectorsName(id as string))
    const files = (await readdir(dataDir)).filter((file) => names.some((name) => file === `${name}.json` || file.startsWith(`${name}-`)))
    await Promise.all(files.map((file) => rm(join(dataDir, file), { force: true })))
  } finally {
    sqlite.close()
  }
}

/**
 * Deletes everything that is made from the papers: the vectors of every model and all index files. They are made
 * anew when the library is opened next.
 */
export async function discardDerived(dataDir: string): Promise<void> {
  await forgetModels(dataDir, () => true)
  const files = (await readdir(dataDir)).filter((file) => file === 'lexical.json' || file.startsWith('lexical-'))
  await Promise.all(files.map((file) => rm(join(dataDir, file), { force: true })))
}
