/** The little Markdown that answers use: put in so that a title cannot act as any, and taken out again. */

const ACTIVE = /[\\*_[\]<`]/g
const ESCAPED = /\\([\\*_[\]<`])/g

/** Where a tag, a code span or a marker would begin, or the address of a link; what is escaped already is passed over. */
const ACTS = /\\[\\*_[\]<`]|<(?=[a-z/!?])|`|\[(?=\d+(?:[#,][^\]]*)?\])|\](?=[([:])/gi

/** Text in which asterisks, brackets, tags and ticks stand for themselves. */
export function escaped(text: string): string {
  return text.replace(ACTIVE, (character) => `\\${character}`)
}

/** A title in emphasis. */
export function emphasised(title: string): string {
  return `*${escaped(title)}*`
}

/**
 * Markdown in which nothing that a paper says is a link, an image, a tag, code or a citation marker: `[95% CI 1–2]`
 * stays as it is, `[7]` and `![x](https://…)` become text. Emphasis is left alone.
 */
export function inert(markdown: string): string {
  return markdown.replace(ACTS, (found) => (found.length === 2 ? found : `\\${found}`))
}

/** The text as a reader of plain text should see it. */
export function withoutMarkdown(markdown: string): string {
  return markdown.replace(/(?<!\\)\*((?:\\.|[^*\\\n])+)\*/g, '$1').replace(ESCAPED, '$1')
}
