/** A store of answers that lives as long as its process. */
import { randomBytes } from 'node:crypto'
import type { AnswerStore, KeptAnswer, Retention } from '../../src/answering/kept/answer-store.js'
import { fingerprintOf } from '../../src/answering/kept/fingerprint.js'

export function createMemoryAnswers({ days, maxBytes, now = Date.now }: Retention): AnswerStore {
  const kept = new Map<string, { readonly at: number; readonly record: string }>()
  const isOld = ({ at }: { readonly at: number }) => at < now() - days * 86_400_000
  return {
    secret: randomBytes(32).toString('hex'),
    async keep(answer) {
      kept.delete(answer.answer.id)
      kept.set(answer.answer.id, { at: now(), record: JSON.stringify(answer) })
      let bytes = [...kept.values()].reduce((sum, { record }) => sum + Buffer.byteLength(record), 0)
      for (const [id, one] of kept) {
        if (!isOld(one) && bytes <= maxBytes) break
        bytes -= Buffer.byteLength(one.record)
        kept.delete(id)
      }
    },
    async get(id) {
      const found = kept.get(id)
      return found === undefined || isOld(found) ? undefined : (JSON.parse(found.record) as KeptAnswer)
    },
    async getByText(text) {
      const records = [...kept.values()].filter((one) => !isOld(one)).map(({ record }) => JSON.parse(record) as KeptAnswer)
      return fingerprintOf(text) === '' ? undefined : records.findLast(({ answer }) => fingerprintOf(answer.answer) === fingerprintOf(text))
    },
    async close() {},
  }
}
