/** Sixty streams at once over a real library; the slow suite has five hundred. */
import { expect, it } from 'vitest'
import { expectNothingStays } from './many-streams.js'

it('sixty streams at once, of which some hang up and some are never read, are served whole and leave nothing', async () => {
  expect(await expectNothingStays({ streams: 60, rounds: 2 })).toBeLessThan(10_000)
}, 120_000)
