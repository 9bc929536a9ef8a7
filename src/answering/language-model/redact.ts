/** Takes secrets out of what others say, before it reaches a log or a reader. */

/** Forms in which keys are written, whoever's they are. Without a bound a run of spaces would be read again from each of its places. */
const KEY_LIKE = /\b(?:sk|pk|rk|xai|gsk|key|token)[-_][\w*.-]{6,}|(?<=bearer\s{1,20})\S+|(?<=(?:api[-_ ]?key|authorization|x-api-key)["']?\s{0,20}[:=]\s{0,20}["']?)[^\s"',}]{6,}/gi

const MAX_LENGTH = 500

/** Replaces these secrets, and whatever looks like a key; cuts what is long, such as the HTML page of a gateway. */
export function createRedactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== undefined && secret !== '') as string[]
  return (text) => {
    const redacted = known.reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text).replace(KEY_LIKE, '[key]')
    return redacted.length > MAX_LENGTH ? `${redacted.slice(0, MAX_LENGTH)}…` : redacted
  }
}
