/** A language model that fails is left alone and tried again; a day's tokens are not exceeded. */
import { describe, expect, it } from 'vitest'
import { createCallLimits } from '../src/answering/language-model/call-limits.js'

const DAY = 86_400_000

function limitsAt(tokensPerDay = 0) {
  const clock = { now: 20_000 * DAY }
  return { clock, limits: createCallLimits({ tokensPerDay, now: () => clock.now }) }
}

describe('the circuit breaker', () => {
  it('after three failures in a row refuses calls, then lets one try, and opens when that succeeds', () => {
    const { clock, limits } = limitsAt()
    for (let i = 0; i < 3; i++) limits.enter(1).failed(1)
    expect(() => limits.enter(1)).toThrow(expect.objectContaining({ code: 'writer_failed', retryAfterSeconds: 30 }))
    clock.now += 30_000
    const trial = limits.enter(1)
    expect(() => limits.enter(1)).toThrow(/left alone/)
    trial.succeeded(1)
    limits.enter(1)
    limits.enter(1)
  })

  it('when the trial fails, waits again; when its reader gives up, tries with the next', () => {
    const { clock, limits } = limitsAt()
    for (let i = 0; i < 3; i++) limits.enter(1).failed(1)
    clock.now += 30_000
    limits.enter(1).failed(1)
    clock.now += 29_999
    expect(() => limits.enter(1)).toThrow(/left alone/)
    clock.now += 1
    limits.enter(1).abandoned(1)
    limits.enter(1).succeeded(1)
  })

  it('counts failures in a row only', () => {
    const { limits } = limitsAt()
    for (let i = 0; i < 9; i++) {
      limits.enter(1).failed(1)
      limits.enter(1).failed(1)
      limits.enter(1).succeeded(1)
    }
    limits.enter(1)
  })

  it('waits as long as the provider asks, but no longer than ten minutes', () => {
    const { clock, limits } = limitsAt()
    limits.enter(1).failed(1, 20)
    expect(() => limits.enter(1)).toThrow(expect.objectContaining({ retryAfterSeconds: 20 }))
    clock.now += 20_000
    limits.enter(1).failed(1, 86_400)
    expect(() => limits.enter(1)).toThrow(expect.objectContaining({ retryAfterSeconds: 600 }))
  })

  it('counts the first word about a call only', () => {
    const { limits } = limitsAt()
    for (let i = 0; i < 3; i++) {
      const call = limits.enter(1)
      call.succeeded(1)
      call.failed(1)
    }
    limits.enter(1)
  })
})

describe('the budget', () => {
  it('holds back what a call may take until it is known what it took', () => {
    const { limits } = limitsAt(1_000)
    const first = limits.enter(900)
    expect(() => limits.enter(200)).toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterSeconds: 86_400 }))
    first.succeeded(300)
    limits.enter(700)
    expect(() => limits.enter(1)).toThrow(/LLM_TOKENS_PER_DAY/)
  })

  it('begins anew with the day, whatever calls of the day before still take', () => {
    const { clock, limits } = limitsAt(1_000)
    const before = limits.enter(1_000)
    clock.now += DAY
    limits.enter(1_000)
    before.succeeded(500)
    expect(() => limits.enter(1)).toThrow(/spent/)
  })

  it('spent while the breaker would let one try, does not use up the trial', () => {
    const { clock, limits } = limitsAt(10)
    for (let i = 0; i < 3; i++) limits.enter(1).failed(3)
    clock.now += 30_000
    expect(() => limits.enter(5)).toThrow(/spent/)
    limits.enter(1)
  })
})
