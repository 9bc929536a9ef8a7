/** Reads PubMed's XML, from its site, EFetch or the yearly baseline (NLM, PubMed DTD 2024). */
import type { RawRecord, Reader } from '../reader.js'
import { initialsFirst } from './medline.js'
import { elementsAt, textIn, xmlRecords, type Element } from './xml-records.js'

export const pubmedXmlReader: Reader = {
  format: 'pubmed-xml',
  extensions: [],
  mediaTypes: [],
  recognises: (head) => /<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle)[\s>]/.test(head),
  read: ({ pieces }) => xmlRecords(pieces, ['PubmedArticle', 'PubmedBookArticle'], recordOf),
}

function recordOf(entry: Element): RawRecord {
  const citation = elementsAt(entry, 'MedlineCitation')[0] ?? elementsAt(entry, 'BookDocument')[0]
  const article = elementsAt(citation, 'Article')[0] ?? citation
  const ids = [...elementsAt(article, 'ELocationID'), ...elementsAt(entry, 'PubmedData', 'ArticleIdList', 'ArticleId')]
  return {
    title: textIn(article, 'ArticleTitle') ?? textIn(article, 'VernacularTitle') ?? textIn(article, 'Book', 'BookTitle'),
    abstract: abstractOf(article),
    authors: elementsAt(article, 'AuthorList', 'Author').map(authorOf),
    year: yearOf(article),
    venue: textIn(article, 'Journal', 'Title') ?? textIn(article, 'Journal', 'ISOAbbreviation') ?? textIn(article, 'Book', 'BookTitle'),
    categories: [...elementsAt(citation, 'MeshHeadingList', 'MeshHeading', 'DescriptorName'), ...elementsAt(citation, 'KeywordList', 'Keyword')].map((term) => textIn(term)),
    doi: idOf(ids, 'doi'),
    pmid: textIn(citation, 'PMID'),
  }
}

/** The parts of a structured abstract, each behind its label. */
function abstractOf(article: Element | undefined): string {
  const parts = elementsAt(article, 'Abstract', 'AbstractText').map((part) => {
    const label = part.attributes['Label']
    const text = textIn(part) ?? ''
    return label === undefined || label === '' || /^unlabelled$/i.test(label) ? text : `${label}: ${text}`
  })
  return parts.join(' ')
}

function authorOf(author: Element): { readonly literal: string } | undefined {
  const family = textIn(author, 'LastName')
  const given = textIn(author, 'ForeName')
  const initials = textIn(author, 'Initials')
  if (family !== undefined && given === undefined && initials !== undefined) return { literal: initialsFirst(`${family} ${initials}`) }
  const name = [given, family, textIn(author, 'Suffix')].filter((part) => part !== undefined).join(' ')
  const literal = name === '' ? textIn(author, 'CollectiveName') : name
  return literal === undefined ? undefined : { literal }
}

function yearOf(article: Element | undefined): string | undefined {
  const issue = ['Journal', 'JournalIssue', 'PubDate'] as const
  return textIn(article, ...issue, 'Year') ?? textIn(article, ...issue, 'MedlineDate') ?? textIn(article, 'ArticleDate', 'Year') ?? textIn(article, 'Book', 'PubDate', 'Year')
}

function idOf(ids: readonly Element[], type: string): string | undefined {
  return ids.filter(({ attributes }) => (attributes['EIdType'] ?? attributes['IdType']) === type).map((id) => textIn(id)).find((text) => text !== undefined)
}
