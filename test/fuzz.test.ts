/** Reads damaged files of every format for a moment; `npm run fuzz` does it for as long as one likes. */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { damagedFile, survive } from './fixtures/damage.js'
import { FIXTURES } from './fixtures/formats.js'

describe.each(FIXTURES.map((fixture) => ({ ...fixture, format: fixture.reader.format })))('the $format reader', ({ reader, ...fixture }) => {
  it('given any damaged file, lists what is wrong and does not hang', async () => {
    await fc.assert(fc.asyncProperty(damagedFile(fixture), fc.integer({ min: 1, max: 4_000 }), async (bytes, chunkSize) => void (await survive(reader, bytes, chunkSize))), { numRuns: 100 })
  }, 60_000)
})
