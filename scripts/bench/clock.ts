/** Measures what a piece of work takes, in wall time and in processor time. */

/** Processor seconds are those of all threads of this process, user and system together. */
export interface Taken {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

export const NOTHING: Taken = { wallSeconds: 0, cpuSeconds: 0 }

export async function timed<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result, readonly taken: Taken }> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const result = await work()
  const wallSeconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { result, taken: { wallSeconds, cpuSeconds: (user + system) / 1e6 } }
}

export function plus(one: Taken, other: Taken): Taken {
  return { wallSeconds: one.wallSeconds + other.wallSeconds, cpuSeconds: one.cpuSeconds + other.cpuSeconds }
}
