/** The little Markdown that answers use: put in so that a title cannot act as any, and taken out again. */

const ACTIVE = /[*_[\]<`]/g
const ESCAPED = /\\([*_[\]<`])/g

/** Text in which asterisks, brackets, tags and ticks stand for themselves. */
export function escaped(text: string): string {
  return text.replace(ACTIVE, (character) => `\\${character}`)
}

/** A title in emphasis. */
export function emphasised(title: string): string {
  return `*${escaped(title)}*`
}

/** The text as a reader of plain text should see it. */
export function withoutMarkdown(markdown: string): string {
  return markdown.replace(/(?<!\\)\*((?:\\.|[^*\\\n])+)\*/g, '$1').replace(ESCAPED, '$1')
}
