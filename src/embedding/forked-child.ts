/** The other side of `forked.ts`: holds one model and embeds what it is sent, one request after another. */
import { FootnoteError, messageOf } from '../errors.js'
import type { Embedder } from './embedder.js'
import type { Order, Report } from './forked.js'
import { createTransformersEmbedder } from './transformers.js'

let embedder: Promise<Embedder> | undefined
/** Requests are worked off in order; ones that are cancelled while they wait are skipped. */
let queue: Promise<void> = Promise.resolve()
const running = new Map<number, AbortController>()

const send = (report: Report) => process.send?.(report)

process.on('message', (order: Order) => {
  if (order.type === 'cancel') return running.get(order.id)?.abort()
  if (order.type === 'open') return void open(order)
  const controller = new AbortController()
  running.set(order.id, controller)
  queue = queue.then(() => work(order, controller.signal)).finally(() => running.delete(order.id))
})

// The parent is gone: nobody is left to answer.
process.on('disconnect', () => process.exit())

async function open({ options }: Extract<Order, { type: 'open' }>): Promise<void> {
  const onDownload = (file: string, share: number) => void send({ type: 'download', file, share })
  embedder = createTransformersEmbedder({ ...options, onDownload })
  try {
    send({ type: 'opened', model: (await embedder).model })
  } catch (error) {
    send({ type: 'failed', ...described(error) })
  }
}

async function work(order: Extract<Order, { id: number, texts: unknown }>, signal: AbortSignal): Promise<void> {
  try {
    const model = await embedder
    if (model === undefined) throw new FootnoteError('internal', 'Work came before a model; send `open` first.')
    const vectors = order.type === 'question'
      ? [await model.embedQuestion(order.texts[0] ?? '', signal)]
      : await model.embedPassages(order.texts, signal)
    send({ type: 'vectors', id: order.id, vectors })
  } catch (error) {
    // Whoever cancelled has been told already.
    if (!signal.aborted) send({ type: 'failed', id: order.id, ...described(error) })
  }
}

function described(error: unknown): Pick<Extract<Report, { type: 'failed' }>, 'code' | 'message'> {
  if (error instanceof FootnoteError) return { code: error.code, message: error.message }
  return { code: 'internal', message: messageOf(error) }
}
