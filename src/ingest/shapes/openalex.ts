/** Reads a work of OpenAlex, whose abstract is an index of its words (OpenAlex API, Work object). */
import type { RawRecord } from '../reader.js'
import type { Shape } from './shape.js'
import { firstText, known, listAt, recordAt, textAt } from './values.js'

/** No abstract has as many words; a place beyond it is an attack on memory. */
const MAX_WORDS = 20_000
/** A topic that OpenAlex is less sure of is left out. */
const LEAST_TOPIC_SCORE = 0.3

export const openAlexWork: Shape = {
  recognises: (record) => 'abstract_inverted_index' in record || 'authorships' in record,
  toRecord: (work) => ({
    title: firstText(textAt(work, 'title'), textAt(work, 'display_name')),
    abstract: firstText(abstractOf(recordAt(work, 'abstract_inverted_index')), textAt(work, 'abstract')),
    authors: known(listAt(work, 'authorships').map((authorship) => firstText(textAt(authorship, 'author', 'display_name'), textAt(authorship, 'raw_author_name')))),
    year: firstText(textAt(work, 'publication_year'), textAt(work, 'publication_date')),
    venue: firstText(textAt(work, 'primary_location', 'source', 'display_name'), textAt(work, 'host_venue', 'display_name')),
    categories: topicsOf(work),
    url: firstText(textAt(work, 'primary_location', 'landing_page_url'), textAt(work, 'doi'), textAt(work, 'id')),
    doi: firstText(textAt(work, 'doi'), textAt(work, 'ids', 'doi')),
    arxivId: arxivIdOf(work),
    pmid: textAt(work, 'ids', 'pmid'),
  }),
}

/** The words in their places; a place that is not given is passed over. */
function abstractOf(index: RawRecord | undefined): string | undefined {
  if (index === undefined) return undefined
  const words: string[] = []
  for (const [word, places] of Object.entries(index)) {
    for (const place of Array.isArray(places) ? places : []) {
      if (Number.isInteger(place) && place >= 0 && place < MAX_WORDS) words[place as number] = word
    }
  }
  const text = words.filter((word) => word !== undefined).join(' ')
  return text === '' ? undefined : text
}

function topicsOf(work: RawRecord): readonly string[] | undefined {
  const sure = (topic: unknown) => (recordAt(topic)?.['score'] as number | undefined ?? 1) >= LEAST_TOPIC_SCORE
  const topics = [...listAt(work, 'topics'), ...listAt(work, 'keywords')].filter(sure)
  return known(topics.map((topic) => firstText(textAt(topic, 'display_name'), textAt(topic, 'keyword'))))
}

function arxivIdOf(work: RawRecord): string | undefined {
  const pages = listAt(work, 'locations').map((location) => textAt(location, 'landing_page_url'))
  return pages.find((page) => page !== undefined && /^https?:\/\/arxiv\.org\/abs\//.test(page))
}
