/** Five hundred streams at once over a real library, four times; half as many, three times, where every submission runs it. */
import { expect, it } from 'vitest'
import { expectNothingStays } from './many-streams.js'

const LOAD = process.env['CI'] === undefined ? { streams: 500, rounds: 3 } : { streams: 250, rounds: 2 }

it('hundreds of streams at once, of which some hang up and some are never read, are served whole and leave nothing', async () => {
  const bytes = await expectNothingStays(LOAD)
  expect(bytes).toBeLessThan(4_000)
  console.log(`${Math.round(bytes)} bytes of heap stay of a stream, its line in the test's log included`)
}, 600_000)
