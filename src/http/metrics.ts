/** Counts what the server does, for Prometheus; no label holds anything that a person wrote. */
import { Router } from 'express'
import type { RequestHandler } from 'express'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { z } from 'zod'
import type { Ask } from '../answering/answer.js'
import { documented } from './documented.js'
import { onlyMethods } from './errors.js'
import type { Services } from './services.js'

export interface Metrics {
  /** Counts each request, by its route, and how long it took until its last byte. */
  readonly observe: RequestHandler
  /** The same services, whose answers are counted by verdict. */
  watch(services: Services): Services
  /** `GET /metrics`. */
  readonly router: Router
}

/** Of the process: memory, processor time, garbage collection, and the lag of the event loop. */
const processMetrics = new Registry()
let collecting = false

/** @param services asked for the number of papers at each reading; undefined while the library is being opened. */
export function createMetrics(services: () => Services | undefined): Metrics {
  if (!collecting) collectDefaultMetrics({ register: processMetrics })
  collecting = true
  const own = new Registry()
  const registers = [own]
  const requests = new Counter({ name: 'footnote_http_requests_total', help: 'Requests by route and status', labelNames: ['method', 'route', 'status'], registers })
  const seconds = new Histogram({ name: 'footnote_http_request_seconds', help: 'Time from request to last byte', labelNames: ['route'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], registers })
  const answers = new Counter({ name: 'footnote_answers_total', help: 'Answers by verdict and writer', labelNames: ['verdict', 'writer'], registers })
  new Gauge({
    name: 'footnote_papers',
    help: 'Papers in the library',
    registers,
    async collect() {
      const open = services()
      if (open !== undefined) this.set((await open.library.status()).papers)
    },
  })

  const counted = (ask: Ask): Ask =>
    async function* (request, signal) {
      for await (const event of ask(request, signal)) {
        if (event.type === 'answer-end') answers.inc({ verdict: event.answer.answerable.verdict, writer: event.answer.writer })
        yield event
      }
    }

  return {
    observe(request, response, next) {
      const started = performance.now()
      response.once('close', () => {
        const route = (request.route as { readonly path: string } | undefined)?.path ?? 'none'
        requests.inc({ method: request.method, route, status: response.writableFinished ? response.statusCode : 'aborted' })
        seconds.observe({ route }, (performance.now() - started) / 1_000)
      })
      next()
    },
    watch: (services) => ({ ...services, ask: counted(services.ask) }),
    router: metricsRoute(Registry.merge([own, processMetrics])),
  }
}

function metricsRoute(registry: Registry): Router {
  const router = Router()
  router
    .route('/metrics')
    .get(async (_request, response) => {
      response.set('content-type', registry.contentType).send(await registry.metrics())
    })
    .all(onlyMethods('GET'))
  return documented(router, { 'GET /metrics': { summary: 'Requests, latencies, verdicts, papers, memory and event-loop lag, for Prometheus', reply: { 'text/plain': z.string() } } })
}
