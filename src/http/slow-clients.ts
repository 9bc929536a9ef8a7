/** Remembers which connections may take longer than others to send their request. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

const patient = new WeakSet<Socket>()

/** Exempts a body that is read as a stream, with its own limit of silence, from the limit on whole requests. */
export function allowLongBody(request: IncomingMessage): void {
  const { socket } = request
  patient.add(socket)
  request.once('close', () => patient.delete(socket))
}

export function mayTakeLong(socket: Socket): boolean {
  return patient.has(socket)
}
