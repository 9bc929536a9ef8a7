/** Five hundred streams at once over a real library, four times. */
import { expect, it } from 'vitest'
import { expectNothingStays } from './many-streams.js'

it('five hundred streams at once, of which some hang up and some are never read, are served whole and leave nothing', async () => {
  const bytes = await expectNothingStays({ streams: 500, rounds: 3 })
  expect(bytes).toBeLessThan(4_000)
  console.log(`${Math.round(bytes)} bytes of heap stay of a stream, its line in the test's log included`)
}, 600_000)
