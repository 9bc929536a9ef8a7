/** Reads a paper of the Hugging Face papers API, whose daily lists wrap each one in `paper`. */
import type { Shape } from './shape.js'
import { firstText, known, listAt, recordAt, textAt } from './values.js'

export const huggingFacePaper: Shape = {
  recognises: (record) => recordAt(record, 'paper') !== undefined || ('summary' in record && ('upvotes' in record || 'publishedAt' in record)),
  toRecord(record) {
    const paper = recordAt(record, 'paper') ?? record
    const id = textAt(paper, 'id')
    return {
      title: firstText(textAt(paper, 'title'), textAt(record, 'title')),
      abstract: firstText(textAt(paper, 'summary'), textAt(record, 'summary'), textAt(paper, 'abstract')),
      authors: known(listAt(paper, 'authors').map((author) => firstText(textAt(author, 'name'), textAt(author)))),
      year: firstText(textAt(paper, 'publishedAt'), textAt(record, 'publishedAt')),
      categories: known(listAt(paper, 'ai_keywords').map((keyword) => textAt(keyword))),
      url: id === undefined ? undefined : `https://huggingface.co/papers/${encodeURIComponent(id)}`,
      arxivId: id,
    }
  },
}
