/** Our errors in OpenAI's shape; the codes stay ours. */
import type { ErrorCode, FootnoteError } from '../../errors.js'
import { STATUS_OF_CODE } from '../errors.js'

export function openAiError({ code, message, details }: FootnoteError) {
  return { error: { message, type: typeOf(code), param: fieldOf(details), code } }
}

function typeOf(code: ErrorCode): string {
  if (code === 'unauthorized') return 'authentication_error'
  if (code === 'rate_limited') return 'rate_limit_error'
  return STATUS_OF_CODE[code] < 500 ? 'invalid_request_error' : 'server_error'
}

/** The first field that is wrong, as `parse` names it. */
function fieldOf(details: unknown): string | null {
  const first: unknown = Array.isArray(details) ? details[0] : undefined
  return typeof first === 'object' && first !== null && 'field' in first && typeof first.field === 'string' && first.field !== '' ? first.field : null
}
