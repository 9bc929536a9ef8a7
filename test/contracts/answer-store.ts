/** What every store of kept answers owes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnswerStore, KeptAnswer, Retention } from '../../src/answering/kept/answer-store.js'
import { ANSWER } from '../http-server.js'

export interface StoreFixture {
  readonly open: (retention: Retention) => Promise<AnswerStore>
  readonly remove: () => void
}

const DAY = 86_400_000

export function kept(id: string, length = 100): KeptAnswer {
  // No two characters in a row that pack well, so that bytes grow with the length.
  const answer = Array.from({ length }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919 + id.length * 31) % 20_000))).join('')
  return { answer: { ...ANSWER, id, answer }, filter: { year: { from: 1999 } }, maxPapers: 5, revision: 3 }
}

export function answerStoreContract(name: string, start: () => StoreFixture): void {
  describe(`${name}, a store of answers`, () => {
    let fixture: StoreFixture
    let store: AnswerStore
    let time: number
    const open = async (retention: Partial<Retention> = {}) => (store = await fixture.open({ days: 30, maxBytes: 1e6, now: () => time, ...retention }))

    beforeEach(() => {
      fixture = start()
      time = 1_000 * DAY
    })
    afterEach(async () => {
      await store.close()
      fixture.remove()
    })

    it('gives what it was given, and nothing for an id that it does not know', async () => {
      await open()
      await store.keep(kept('a'))
      expect(await store.get('a')).toEqual(kept('a'))
      expect(await store.get('b')).toBeUndefined()
      expect(await store.get("a' OR 1=1 --")).toBeUndefined()
    })

    it('given an answer of the same id again, keeps the later one', async () => {
      await open()
      await store.keep(kept('a', 10))
      await store.keep(kept('a', 20))
      expect(await store.get('a')).toEqual(kept('a', 20))
    })

    it('finds an answer by its text, the latest where several say the same, however a client has dressed it up', async () => {
      await open()
      const text = 'Springs lower the tremor by 41% [1].\n\nSo do felt pads [2].'
      const saying = (id: string, answer: string) => ({ ...kept(id), answer: { ...kept(id).answer, id, answer } })
      await store.keep(saying('a', text))
      time += 1
      await store.keep(saying('b', text))
      await store.keep(saying('c', 'Springs lower the tremor by 14% [1].'))
      for (const dressed of [text, `<think>Looms…</think>\n${text}`, text.replace(/\[(\d)\]/g, '[[$1]](http://localhost:3000/p/$1)') + '\n\n**Sources**\n\n1. [Damped looms](http://localhost:3000/p/1), 1999', text.replaceAll('\n\n', ' ').toUpperCase()]) {
        expect((await store.getByText(dressed))?.answer.id).toBe('b')
      }
      expect(await store.getByText('Springs lower the tremor by 41% [1].')).toBeUndefined()
      for (const nothing of ['', ' … ', '**Sources**']) expect(await store.getByText(nothing)).toBeUndefined()
    })

    it('finds an answer by its text for its days, and not a moment longer', async () => {
      await open({ days: 2 })
      await store.keep(kept('a'))
      time += 2 * DAY
      expect((await store.getByText(kept('a').answer.answer))?.answer.id).toBe('a')
      time += 1
      expect(await store.getByText(kept('a').answer.answer)).toBeUndefined()
    })

    it('keeps an answer for its days, and not a moment longer', async () => {
      await open({ days: 2 })
      await store.keep(kept('a'))
      time += 2 * DAY
      expect(await store.get('a')).toBeDefined()
      time += 1
      expect(await store.get('a')).toBeUndefined()
    })

    it('when there is too much, drops the oldest and keeps the newest', async () => {
      await open({ maxBytes: 60_000 })
      for (let i = 0; i < 30; i++) {
        time += 1
        await store.keep(kept(`answer ${i}`, 3_000))
      }
      expect(await store.get('answer 0')).toBeUndefined()
      expect(await store.get('answer 29')).toBeDefined()
      const still = await Promise.all(Array.from({ length: 30 }, (_, i) => store.get(`answer ${i}`)))
      expect(still.filter((one) => one !== undefined).length).toBeGreaterThan(3)
    })

    it('has a secret of its own, long enough not to be guessed', async () => {
      const { secret } = await open()
      expect(secret).toMatch(/^[0-9a-f]{64}$/)
      const other = start()
      const another = await other.open({ days: 1, maxBytes: 1e6 })
      expect(another.secret).not.toBe(secret)
      await another.close()
      other.remove()
    })
  })
}
