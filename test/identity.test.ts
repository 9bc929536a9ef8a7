/** Holds identities to the forms that ids take in the wild. */
import { describe, expect, it } from 'vitest'
import { arxivIdOf, conflicts, doiOf, identify, pmidOf, titleKey } from '../src/papers/identity.js'

describe('arxivIdOf', () => {
  it.each([
    ['2410.00907', '2410.00907'],
    ['arXiv:2410.00907v2', '2410.00907'],
    ['arxiv:cond-mat/0109253', 'cond-mat/0109253'],
    ['math.GT/0309136v1', 'math/0309136'],
    ['https://arxiv.org/abs/2410.00907v3', '2410.00907'],
    ['http://export.arxiv.org/pdf/0704.0001.pdf', '0704.0001'],
    ['https://doi.org/10.48550/arXiv.2410.00907', '2410.00907'],
    ['10.48550/arxiv.hep-th/9901001', 'hep-th/9901001'],
  ])('reads %s, whatever its form, without version', (text, id) => {
    expect(arxivIdOf(text)).toBe(id)
  })

  it.each(['diffusealveolardamageandrecurrentrespira', '12345678', '2413.00907', '10.1000/2410.00907', 's2:2410', 'https://example.org/abs/2410.00907', ''])(
    'finds none in %j',
    (text) => {
      expect(arxivIdOf(text)).toBeUndefined()
    },
  )
})

describe('doiOf', () => {
  it.each(['10.1000/Ab-1', 'doi:10.1000/AB-1', 'https://doi.org/10.1000/ab-1', 'http://dx.doi.org/10.1000%2Fab-1', ' DOI: 10.1000/ab-1. '])(
    'reads %j, whatever its form, in lower case',
    (text) => {
      expect(doiOf(text)).toBe('10.1000/ab-1')
    },
  )

  it('finds none in what only looks like one', () => {
    expect(['10.1000', '11.1000/x', 'https://example.org/10.1000/x', '10.1000/a b', '%'].map(doiOf)).toEqual(Array(5).fill(undefined))
  })
})

describe('identify', () => {
  it('takes the strongest identity for the id, and keeps all of them as keys', () => {
    const identity = identify({ title: 'On Nets', doi: '10.1000/X', id: 'arxiv:2410.00907v1' })
    expect(identity).toEqual({
      id: 'arxiv:2410.00907',
      keys: ['arxiv:2410.00907', 'doi:10.1000/x', titleKey('On Nets')],
      arxivId: '2410.00907',
      doi: '10.1000/x',
    })
  })

  it('falls back on the title when the id is a slug or a number', () => {
    expect(['onnets', '29517', 's2:99', 'openalex:W1'].map((id) => identify({ title: 'On Nets', id }).id)).toEqual(Array(4).fill(titleKey('on nets')))
  })

  it('takes a DOI of arXiv for the arXiv id that it holds', () => {
    expect(identify({ title: 'On Nets', doi: '10.48550/arXiv.2410.00907' }).keys).toEqual(['arxiv:2410.00907', titleKey('On Nets')])
  })
})

describe('pmidOf', () => {
  it('reads a number, whatever its form, and none from what is no PubMed id', () => {
    expect(['12345678', 'PMID: 12345678', 'https://pubmed.ncbi.nlm.nih.gov/12345678/', '0012345678'].map(pmidOf)).toEqual(Array(4).fill('12345678'))
    expect(['0', '123456789', 'PMC123', 'x', ''].map(pmidOf)).toEqual(Array(5).fill(undefined))
  })

  it('in the id of a source, is believed only if it says that it is one', () => {
    expect(identify({ title: 'On Nets', id: 'pmid:12345678', doi: '10.1000/x' }).keys).toEqual(['doi:10.1000/x', 'pmid:12345678', titleKey('On Nets')])
    expect(identify({ title: 'On Nets', id: '12345678' }).keys).toEqual([titleKey('On Nets')])
    expect(identify({ title: 'On Nets', pmid: '12345678' }).id).toBe('pmid:12345678')
  })
})

describe('titleKey', () => {
  it('is the same for titles that differ in case, punctuation and compatibility forms only', () => {
    expect(titleKey('A Study: of ﬁne-tuning!')).toBe(titleKey('a study of Fine tuning'))
    expect(titleKey('On Nets')).toMatch(/^title:[0-9a-f]{16}$/)
  })

  it('differs for titles of other scripts, and for titles of signs alone', () => {
    expect(new Set(['论文一', '论文二', '?', '!', '∞'].map(titleKey)).size).toBe(5)
  })
})

describe('conflicts', () => {
  const titled = (title: string) => (facts: object) => identify({ title, ...facts })

  it('holds papers of one title apart when their arXiv ids or their DOIs differ', () => {
    const on = titled('Attention in networks of neurons')
    expect(conflicts(on({ arxivId: '2410.00907' }), on({ arxivId: '2410.00908' }), 'Attention in networks of neurons')).toBe(true)
    expect(conflicts(on({ doi: '10.1000/a' }), on({ doi: '10.1000/b' }), 'Attention in networks of neurons')).toBe(true)
    expect(conflicts(on({ arxivId: '2410.00907' }), on({ doi: '10.1000/b' }), 'Attention in networks of neurons')).toBe(false)
    expect(conflicts(on({ arxivId: '2410.00907' }), on({}), 'Attention in networks of neurons')).toBe(false)
  })

  it('holds papers of a generic title apart unless they share more', () => {
    const on = titled('Editorial')
    expect(conflicts(on({ arxivId: '2410.00907' }), on({ doi: '10.1000/b' }), 'Editorial')).toBe(true)
    expect(conflicts(on({ arxivId: '2410.00907', doi: '10.1000/a' }), on({ arxivId: '2410.00907', doi: '10.1000/b' }), 'Editorial')).toBe(false)
  })
})
