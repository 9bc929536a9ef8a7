/** Reads a paper of Semantic Scholar (Academic Graph API, Paper object). */
import type { Shape } from './shape.js'
import { firstText, known, listAt, textAt } from './values.js'

export const semanticScholarPaper: Shape = {
  recognises: (record) => 'externalIds' in record || ('paperId' in record && 'title' in record),
  toRecord: (paper) => ({
    title: textAt(paper, 'title'),
    abstract: textAt(paper, 'abstract'),
    authors: known(listAt(paper, 'authors').map((author) => textAt(author, 'name'))),
    year: firstText(textAt(paper, 'year'), textAt(paper, 'publicationDate')),
    venue: firstText(textAt(paper, 'venue'), textAt(paper, 'publicationVenue', 'name'), textAt(paper, 'journal', 'name')),
    categories: known([...listAt(paper, 'fieldsOfStudy').map((field) => textAt(field)), ...listAt(paper, 's2FieldsOfStudy').map((field) => textAt(field, 'category'))]),
    url: textAt(paper, 'url'),
    doi: textAt(paper, 'externalIds', 'DOI'),
    arxivId: textAt(paper, 'externalIds', 'ArXiv'),
    pmid: textAt(paper, 'externalIds', 'PubMed'),
  }),
}
