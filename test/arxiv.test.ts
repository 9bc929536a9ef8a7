/** Papers from arXiv: what its Atom feed says becomes records that ingest reads. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isArxivSource, openArxiv } from '../src/ingest/arxiv.js'
import { createIngest } from '../src/ingest/ingest.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'

/** The shape of arXiv's reply (arXiv API user's manual, §3.3), with a paper of our own. */
const FEED = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/2401.01234v2</id><updated>2024-02-01T00:00:00Z</updated><published>2024-01-03T00:00:00Z</published>
    <title>Counting Sheep
  with Small Nets</title>
    <summary>  We count sheep at 12 frames a second.
Accuracy is 97.5\\%. </summary>
    <author><name>Ada Lovelace</name></author><author><name>Kurt Gödel</name></author>
    <link href="http://arxiv.org/abs/2401.01234v2" rel="alternate" type="text/html"/>
  </entry>
</feed>`

/** arXiv itself cannot be reached from a test: this stands in for the network, not for any code of ours. */
function answerWith(reply: () => Response | Promise<Response>): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    return reply()
  })
  return asked
}

afterEach(() => void vi.unstubAllGlobals())

describe('openArxiv', () => {
  it('of a number with a version, asks for the number and gives a record that ingest stores', async () => {
    const asked = answerWith(() => new Response(FEED))
    const embedder = createFakeEmbedder()
    const library = createFakeLibrary(embedder.model)
    const source = await openArxiv('arxiv:2401.01234v2')
    expect(asked[0]).toContain('id_list=2401.01234')
    expect(await createIngest({ library, embedder })(source.bytes)).toMatchObject({ added: 1, rejectedCount: 0 })
    expect((await library.get('arxiv:2401.01234'))?.paper).toMatchObject({
      title: 'Counting Sheep with Small Nets',
      abstract: 'We count sheep at 12 frames a second. Accuracy is 97.5%.',
      authors: ['Ada Lovelace', 'Kurt Gödel'],
      year: 2024,
      arxivId: '2401.01234',
    })
  })

  it.each([
    ['the network is down', () => Promise.reject(new TypeError('fetch failed')), /did not answer/],
    ['arXiv is busy', () => new Response('busy', { status: 503 }), /did not answer/],
    ['arXiv finds nothing', () => new Response('<feed xmlns="http://www.w3.org/2005/Atom"><title>none</title></feed>'), /has nothing/],
  ])('when %s, says so', async (_, reply, message) => {
    answerWith(reply)
    await expect(openArxiv('arxiv:sheep')).rejects.toThrow(message)
  })

  it('of nothing, says what to write', async () => {
    await expect(openArxiv('arxiv:')).rejects.toThrow(/name a number/)
  })
})

describe('isArxivSource', () => {
  it('tells a source from a file', () => {
    expect([isArxivSource('arxiv:2401.01234'), isArxivSource('arXiv: sheep'), isArxivSource('arxiv.jsonl')]).toEqual([true, true, false])
  })
})
