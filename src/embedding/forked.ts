/** Embeds in a child process: a transformer would hold up the event loop for a second at a time. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FootnoteError, type ErrorCode } from '../errors.js'
import type { Embedder, EmbeddingModel } from './embedder.js'
import type { TransformersOptions } from './transformers.js'

/** What the parent sends: the model to open, then work, of which some is cancelled. */
export type Order =
  | { readonly type: 'open', readonly options: Omit<TransformersOptions, 'onDownload'> }
  | { readonly type: 'question' | 'passages', readonly id: number, readonly texts: readonly string[] }
  | { readonly type: 'cancel', readonly id: number }

/** What the child sends back. */
export type Report =
  | { readonly type: 'opened', readonly model: EmbeddingModel }
  | { readonly type: 'download', readonly file: string, readonly share: number }
  | { readonly type: 'vectors', readonly id: number, readonly vectors: Float32Array[] }
  | { readonly type: 'failed', readonly id?: number | undefined, readonly code: ErrorCode, readonly message: string }

export interface ForkedOptions extends TransformersOptions {
  /** Requests that may wait; one more is refused with `overloaded`. Default 64. */
  readonly maxWaiting?: number | undefined
}

interface Waiting {
  resolve(vectors: Float32Array[]): void
  reject(error: unknown): void
}

const DEFAULT_MAX_WAITING = 64
const RETRY_AFTER_SECONDS = 2

/**
 * `createTransformersEmbedder` in a process of its own (onnxruntime 1.14 loads once a process, so a thread
 * will not do). A child that dies fails what it was asked and is replaced at the next request.
 */
export async function createForkedEmbedder(options: ForkedOptions): Promise<Embedder> {
  const { onDownload, maxWaiting = DEFAULT_MAX_WAITING, ...source } = options
  const waiting = new Map<number, Waiting>()
  let child: Promise<Child> | undefined
  let lastId = 0
  let closed = false
  const settle = (report: Report) => {
    if (report.type !== 'vectors' && report.type !== 'failed') return
    const asked = report.id === undefined ? undefined : waiting.get(report.id)
    if (report.type === 'vectors') asked?.resolve(report.vectors)
    else asked?.reject(new FootnoteError(report.code, report.message))
  }
  const start = () => {
    const starting = openChild(source, onDownload, settle, () => {
      child = undefined
      const message = 'The process that runs the embedding model ended; ask again, it is started anew.'
      const error = new FootnoteError('not_ready', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
      for (const { reject } of waiting.values()) reject(error)
    })
    starting.catch(() => (child = undefined))
    return starting
  }
  const { model } = await (child = start())
  const ask = async (type: 'question' | 'passages', texts: readonly string[], signal?: AbortSignal) => {
    signal?.throwIfAborted()
    if (closed) throw new FootnoteError('not_ready', 'The embedder is closed; open another.')
    if (waiting.size >= maxWaiting) throw overloaded(waiting.size)
    const id = ++lastId
    const answer = new Promise<Float32Array[]>((resolve, reject) => waiting.set(id, { resolve, reject }))
    const cancel = () => {
      waiting.get(id)?.reject(signal?.reason)
      void child?.then((running) => running.send({ type: 'cancel', id }), () => {})
    }
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const running = (child ??= start())
      running.then((opened) => opened.send({ type, id, texts }), (error: unknown) => waiting.get(id)?.reject(error))
      return await answer
    } finally {
      signal?.removeEventListener('abort', cancel)
      waiting.delete(id)
    }
  }
  return {
    model,
    embedQuestion: async (text, signal) => (await ask('question', [text], signal))[0] as Float32Array,
    embedPassages: (texts, signal) => ask('passages', texts, signal),
    async close() {
      closed = true
      await (await child)?.stop()
    },
  }
}

interface Child {
  readonly model: EmbeddingModel
  send(order: Order): void
  stop(): Promise<void>
}

/** Resolves when the child has its model open; `onEnd` tells that it is gone after that. */
async function openChild(
  options: Omit<TransformersOptions, 'onDownload'>, onDownload: TransformersOptions['onDownload'],
  onReport: (report: Report) => void, onEnd: () => void,
): Promise<Child> {
  const path = fileURLToPath(new URL('./forked-child.ts', import.meta.url))
  const process = fork(path, { execArgv: ['--import', 'tsx'], serialization: 'advanced' })
  const send = (order: Order) => {
    if (process.connected) process.send(order)
  }
  const model = await new Promise<EmbeddingModel>((resolve, reject) => {
    process.on('message', (report: Report) => {
      if (report.type === 'opened') resolve(report.model)
      else if (report.type === 'download') onDownload?.(report.file, report.share)
      else if (report.type === 'failed' && report.id === undefined) reject(new FootnoteError(report.code, report.message))
      else onReport(report)
    })
    process.once('error', reject)
    process.once('exit', () => {
      const message = 'The process for the embedding model ended before the model was open; see its output above.'
      reject(new FootnoteError('not_ready', message))
    })
    send({ type: 'open', options })
  }).catch(async (error: unknown) => {
    await stopped(process)
    throw error
  })
  process.once('exit', onEnd)
  return {
    model,
    send,
    stop() {
      process.off('exit', onEnd)
      return stopped(process)
    },
  }
}

function stopped(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    process.once('exit', () => resolve())
    process.kill()
  })
}

function overloaded(waiting: number): FootnoteError {
  const message = `The embedding model has ${waiting} requests waiting; try again shortly, or use the bundled model.`
  return new FootnoteError('overloaded', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
