/** Tells the work behind a reply that its reader has gone. */
import type { ServerResponse } from 'node:http'

/** Aborts when the connection closes before the reply was written out. */
export function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  // Closed already: the event will not come again.
  if (response.destroyed) controller.abort()
  return controller.signal
}
