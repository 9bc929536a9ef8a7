/** Parses what came in by its schema, or says in plain words which field is wrong and how to mend it. */
import { z } from 'zod'
import { FootnoteError } from '../errors.js'
import { nearest } from './nearest.js'

/** Names that reach an object's prototype when they are copied carelessly; no field of ours has one. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/**
 * The value as the schema types it; otherwise fails with `invalid_request`, whose message names the
 * first culprit and the cure, and whose details list every one as `{ field, message }`.
 *
 * @param whole what to call the value itself, `The body` for instance.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  refusePrototypeKeys(value, whole)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const details = parsed.error.issues.map((issue) => ({
    field: fieldName(issue.path),
    message: explain(issue, schema, value, whole),
  }))
  throw new FootnoteError('invalid_request', details[0]?.message ?? `${whole} is not what is expected.`, { details })
}

/** Walks without recursion, so that no depth of nesting can exhaust the stack. */
function refusePrototypeKeys(value: unknown, whole: string): void {
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const item = pending.pop()
    if (typeof item !== 'object' || item === null) continue
    for (const key of Object.keys(item)) {
      if (PROTOTYPE_KEYS.has(key)) {
        throw new FootnoteError('invalid_request', `${whole} has a field ${quoted(key)}, which is not allowed; leave it out.`)
      }
      pending.push((item as Readonly<Record<string, unknown>>)[key])
    }
  }
}

function explain(issue: Issue, schema: z.ZodType, value: unknown, whole: string): string {
  const subject = issue.path.length === 0 ? whole : quoted(fieldName(issue.path))
  const given = valueAt(value, issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return explainUnknown(issue.keys, issue.path, fieldsAt(schema, issue.path))
    case 'invalid_type':
      return explainType(subject, issue.expected, given)
    case 'too_small':
    case 'too_big':
      return explainSize(subject, issue, given)
    case 'invalid_value':
      return `${subject} is ${given === undefined ? 'missing' : shown(given)}; use ${issue.values.map((one) => JSON.stringify(one)).join(' or ')}.`
    default:
      return `${subject} ${issue.message}`
  }
}

function explainUnknown(keys: readonly string[], path: Path, known: readonly string[]): string {
  const [key = ''] = keys
  const where = path.length === 0 ? '' : ` in ${quoted(fieldName(path))}`
  const meant = nearest(key, known)
  const cure = meant === undefined ? `known are ${known.map(quoted).join(', ')}` : `did you mean ${quoted(meant)}?`
  return `There is no field ${quoted(clipped(key))}${where}; ${cure}${cure.endsWith('?') ? '' : '.'}`
}

function explainType(subject: string, expected: string, given: unknown): string {
  if (given === undefined) return `${subject} is missing; it must be ${withArticle(expected)}.`
  return `${subject} is ${typeName(given)}; it must be ${withArticle(expected)}.`
}

function explainSize(
  subject: string,
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  given: unknown,
): string {
  const [limit, bound] =
    issue.code === 'too_big' ? [issue.maximum, 'at most'] as const : [issue.minimum, 'at least'] as const
  if (typeof given === 'string' && issue.origin === 'string') {
    return `${subject} has ${given.length} characters; ${bound} ${limit} are allowed.`
  }
  if (Array.isArray(given)) return `${subject} has ${given.length} entries; ${bound} ${limit} are allowed.`
  return `${subject} is ${shown(given)}; it must be ${bound} ${limit}.`
}

/** The fields that an object schema knows at a path, whatever it is wrapped in. */
function fieldsAt(schema: z.ZodType, path: Path): readonly string[] {
  let current: unknown = schema
  for (const step of path) {
    const inner = unwrapped(current)
    if (inner instanceof z.ZodArray) current = inner.element
    else if (inner instanceof z.ZodObject) current = (inner.shape as Readonly<Record<PropertyKey, unknown>>)[step]
  }
  const inner = unwrapped(current)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function unwrapped(schema: unknown): unknown {
  let current = schema
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault) current = current.unwrap()
  return current instanceof z.ZodPipe ? unwrapped(current.in) : current
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Readonly<Record<PropertyKey, unknown>>)[step]
  }
  return current
}

/** `history[3].content` */
function fieldName(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return shown(value)
  return withArticle(typeof value)
}

function withArticle(type: string): string {
  if (type === 'int') return 'a whole number'
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

function shown(value: unknown): string {
  return clipped(JSON.stringify(value) ?? String(value))
}

function clipped(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

function quoted(name: string): string {
  return `"${name}"`
}
