/** What a model folder of ours says about itself, in `footnote.json`. */
import { createHash } from 'node:crypto'
import { z } from 'zod'

export const MANIFEST_FILE = 'footnote.json'

const fraction = z.number().min(0).max(1)

const FusionWeightsSchema = z
  .object({ bm25: fraction, dense: fraction, bestSentence: fraction })
  .refine(({ bm25, dense, bestSentence }) => Math.abs(bm25 + dense + bestSentence - 1) < 1e-6, {
    message: 'the three weights must add up to 1',
  })

export const ModelManifestSchema = z
  .object({
    format: z.literal(1),
    /** `static`: pooling in the graph, order of tokens without effect; `transformer`: mean pooling. */
    kind: z.enum(['static', 'transformer']),
    name: z.string().min(1),
    dimensions: z.int().positive(),
    searchDimensions: z.int().positive(),
    fusion: FusionWeightsSchema,
    /** Put before a question and a passage, for models that were trained so. */
    questionPrefix: z.string().default(''),
    passagePrefix: z.string().default(''),
    /** SHA-256 (hex) of the files that the vectors depend on, by path in the folder; checked on opening. */
    files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).optional(),
    /** How the model was made: options, counts, figures; for people. */
    training: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ searchDimensions, dimensions }) => searchDimensions <= dimensions, {
    message: 'searchDimensions must not exceed dimensions',
  })

export type ModelManifest = Readonly<z.infer<typeof ModelManifestSchema>>

/** SHA-256 in hex, of bytes or of the UTF-8 of a string. */
export function hashBytes(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
