/** Reads members of JSON of which nothing is known: each gives undefined where there is not what it looks for. */
import type { RawRecord } from '../reader.js'

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, path)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' && found.trim() !== '' ? found : undefined
}

export function recordAt(value: unknown, ...path: readonly (string | number)[]): RawRecord | undefined {
  const found = at(value, path)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as RawRecord) : undefined
}

/** Empty if there is no array. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

export function firstText(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined)
}

/** Undefined rather than empty, so that a name further down the line may give the fact. */
export function known<Entry>(list: readonly (Entry | undefined)[]): readonly Entry[] | undefined {
  const entries = list.filter((entry) => entry !== undefined)
  return entries.length === 0 ? undefined : entries
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  let here: unknown = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Readonly<Record<string | number, unknown>>)[step]
  }
  return here
}
