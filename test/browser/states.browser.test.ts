/** What the chat page shows while an answer comes, when none does, and when there is more or stranger text than usual. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Answer, Ask, Citation, Claim } from '../../src/answering/answer.js'
import { FootnoteError } from '../../src/errors.js'
import type { Paper } from '../../src/papers/paper.js'
import { ANSWER, createServices, NOTHING_INGESTED, startServer } from '../http-server.js'
import { ask, CHROMIUM, useBrowser } from './browser.js'

/** An answer of sentences that each quote a paper of their own. */
function answerOf(sentences: readonly { readonly text: string; readonly title?: string; readonly verdict?: Claim['verdict'] }[]): Answer {
  const citations: Citation[] = []
  const claims: Claim[] = []
  let answer = ''
  for (const [i, { text, title = `Paper ${i + 1}`, verdict = 'supported' }] of sentences.entries()) {
    const start = answer.length + (i === 0 ? 2 : 3)
    const said = `“${text}”`
    const paper: Paper = { id: `title:${i}`, title, abstract: `Before it. ${text} After it.`, addedAt: '2026-01-02T03:04:05.000Z' }
    citations.push({ number: i + 1, paper, similarity: 0.5, quotes: [{ text, start: 11, end: 11 + text.length }] })
    claims.push({ text: said, start, end: start + said.length, citations: [i + 1], verdict, support: verdict === 'supported' ? 1 : 0.4 })
    answer += `${i === 0 ? '' : '\n'}- ${said} [${i + 1}]`
  }
  return { ...ANSWER, answer, claims, citations, considered: [], answerable: { verdict: 'answered', probability: 0.7, missingTerms: [], nearest: [] } }
}

/** Sends an answer sentence by sentence; waits before each until `next` resolves. */
function slowly(answer: Answer, next: () => Promise<unknown>): Ask {
  return async function* (request, signal) {
    let sent = 0
    for (const claim of answer.claims) {
      await next()
      if (signal.aborted) return
      const end = claim.end + ` [${claim.citations.join('][')}]`.length
      yield { type: 'sources', citations: answer.citations.slice(0, Math.max(...claim.citations)) }
      yield { type: 'text-delta', text: answer.answer.slice(sent, end) }
      yield { type: 'claim', claim }
      sent = end
    }
    await next()
    if (!signal.aborted) yield { type: 'answer-end', answer: { ...answer, question: request.question } }
  }
}

const atOnce = (answer: Answer) => slowly(answer, async () => undefined)

/** Lets the server go on one step at a time. */
function steps() {
  const waiting: (() => void)[] = []
  return {
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async step() {
      while (waiting.length === 0) await pause(5)
      waiting.shift()?.()
    },
  }
}

const said = (page: Page) => page.locator('.said-text')
const FAILED = /Failed to load resource/

describe.skipIf(CHROMIUM === undefined)('the chat page', () => {
  const browser = useBrowser()
  const open = async (services: Parameters<typeof createServices>[0], options?: Parameters<typeof browser.open>[1]) => {
    const server = await startServer(createServices({ related: async () => ({ results: [], duplicates: [] }), ...services }))
    return { server, ...(await browser.open(`${server.url}/`, options)) }
  }

  it('shows each sentence when it comes, and tells a screen reader once, at the end', async () => {
    const { next, step } = steps()
    const { page, close } = await open({ ask: slowly(answerOf([{ text: 'It rains.' }, { text: 'It snows.' }]), next) })
    await page.locator('#question').fill('How is it?')
    await page.keyboard.press('Enter')
    expect(await page.getByText('Reading the library').isVisible()).toBe(true)
    await step()
    await said(page).getByText('It rains.').waitFor()
    expect(await page.locator('.chip').allTextContents()).toEqual(['1'])
    expect(await said(page).getByText('It snows.').count()).toBe(0)
    const first = await page.locator('.said-text li').first().elementHandle()
    await step()
    await said(page).getByText('It snows.').waitFor()
    expect(await first?.evaluate((element) => element.isConnected)).toBe(true)
    expect(await page.locator('#announcer').textContent()).toBe('')
    await step()
    await page.locator('[data-state=answered]').waitFor()
    await expect.poll(() => page.locator('#announcer').textContent()).toBe('Answer from 2 sources. “It rains.” “It snows.”')
    await close()
  })

  it('stopped half-way, keeps what has come, tells the server to stop, and asks again', async () => {
    const { next, step } = steps()
    let stopped = false
    const answer = answerOf([{ text: 'It rains.' }, { text: 'It snows.' }])
    let calls = 0
    const { page, close } = await open({
      ask: (request, signal) => {
        signal.addEventListener('abort', () => (stopped = true))
        return calls++ === 0 ? slowly(answer, next)(request, signal) : atOnce(answer)(request, signal)
      },
    })
    await page.locator('#question').fill('How is it?')
    await page.keyboard.press('Enter')
    await step()
    await said(page).getByText('It rains.').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped before the answer was whole.').waitFor()
    expect(await said(page).getByText('It rains.').isVisible()).toBe(true)
    await expect.poll(() => stopped).toBe(true)
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.locator('[data-state=answered]').waitFor()
    expect(await page.locator('.exchange').count()).toBe(1)
    await close()
  })

  it('draws what is weakly or not supported so that nobody takes it for a fact, and what was left out', async () => {
    const whole = answerOf([{ text: 'It rains.' }, { text: 'It may snow.', verdict: 'weak' }])
    const left: Claim = { text: 'It never hails.', start: 5, end: 5, citations: [], verdict: 'unsupported', support: 0 }
    const { page, close } = await open({ ask: atOnce({ ...whole, claims: [...whole.claims, left] }) })
    await ask(page, 'How is it?')
    expect(await page.locator('.claim.weak').textContent()).toBe('“It may snow.”2weakly supported')
    expect(await page.locator('.claim.supported .verdict').count()).toBe(0)
    expect(await page.locator('.claim.weak').evaluate((element) => getComputedStyle(element).textDecorationLine)).toBe('underline')
    await page.getByText('1 sentence left out: no quote carries it').click()
    expect(await page.getByText('It never hails.').isVisible()).toBe(true)
    expect(await page.locator('.said-text').textContent()).not.toContain('hails')
    expect(await page.locator('.confidence').textContent()).toBe('Confidence fair, 70 %')
    await close()
  })

  it.each([
    ['rate_limited', 'Too many requests', 2],
    ['overloaded', 'The server is busy', 2],
    ['internal', 'That did not work', undefined],
  ] as const)('on %s, says so in the server\'s words, and asks again when it may', async (code, heading, retryAfterSeconds) => {
    let calls = 0
    const { page, close } = await open(
      {
        ask: async function* (request, signal) {
          if (calls++ === 0) throw new FootnoteError(code, 'Too much at once; wait a little.', retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
          yield* atOnce(answerOf([{ text: 'It rains.' }]))(request, signal)
        },
      },
      { mayComplain: FAILED },
    )
    await page.locator('#question').fill('How is it?')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: heading }).waitFor()
    expect(await page.getByRole('alert').textContent()).toContain('Too much at once; wait a little.')
    if (retryAfterSeconds !== undefined) {
      await page.getByRole('button', { name: /Try again in \d s/ }).click({ force: true })
      expect(calls).toBe(1)
    }
    await page.getByRole('button', { name: 'Try again', exact: true }).click()
    await said(page).getByText('It rains.').waitFor()
    await close()
  })

  it('of a refusal that quotes what comes nearest, says that it is none before it, and tells no confidence', async () => {
    const answer = answerOf([{ text: 'It rains.' }])
    const { page, close } = await open({ ask: atOnce({ ...answer, answerable: { verdict: 'related', probability: 0.05, missingTerms: ['snow'], nearest: [{ id: 'title:0', title: 'Paper 1', similarity: 0.5 }], reason: 'absent', suggestion: 'Ask without “snow”.' } }) })
    await ask(page, 'Does it snow?')
    expect(await page.locator('.rest > *').evaluateAll((all) => all.slice(0, 2).map((element) => element.className))).toEqual(['eyebrow', 'said-text'])
    expect(await page.locator('.rest > .eyebrow').textContent()).toBe('The subject is here, the answer is not')
    expect(await page.locator('.rest .said-text').getByText('It rains.').count()).toBe(1)
    expect(await page.locator('.rest .missing-term').allTextContents()).toEqual(['snow'])
    expect(await page.locator('.confidence').count()).toBe(0)
    await close()
  })

  it('without a connection, keeps the question and asks it when there is one again', async () => {
    const { page, close } = await open({ ask: atOnce(answerOf([{ text: 'It rains.' }])) }, { mayComplain: FAILED })
    await page.context().setOffline(true)
    await page.locator('#question').fill('How is it?')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'No connection' }).waitFor()
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Try again' }).click()
    await said(page).getByText('It rains.').waitFor()
    await close()
  })

  it('when the connection breaks within an answer, says that it is not whole', async () => {
    const { next, step } = steps()
    const { server, page, close } = await open({ ask: slowly(answerOf([{ text: 'It rains.' }, { text: 'It snows.' }]), next) }, { mayComplain: /ERR_|Failed to load/ })
    await page.locator('#question').fill('How is it?')
    await page.keyboard.press('Enter')
    await step()
    await said(page).getByText('It rains.').waitFor()
    await server.stop(0)
    await page.getByRole('heading', { name: 'The answer broke off' }).waitFor()
    expect(await said(page).getByText('It rains.').isVisible()).toBe(true)
    await close()
  })

  it('while the library is being opened, waits for it', async () => {
    let services: ReturnType<typeof createServices> | undefined
    const server = await startServer(() => services)
    const { page, close } = await browser.open(`${server.url}/`, { mayComplain: FAILED })
    await page.getByText('The library is being opened').waitFor()
    services = createServices()
    await page.locator('#library-count').getByText('2 papers').waitFor()
    await close()
  })

  it('where the server wants a key, asks for it once, again if it is wrong, and keeps it for the tab', async () => {
    const server = await startServer(createServices({ related: async () => ({ results: [], duplicates: [] }), ask: atOnce(answerOf([{ text: 'It rains.' }])) }), { apiKeys: ['open-sesame'] })
    const { page, close } = await browser.open(`${server.url}/`, { mayComplain: FAILED })
    const dialog = page.getByRole('dialog', { name: 'This server asks for a key' })
    await dialog.getByLabel('Key').fill('wrong')
    await page.keyboard.press('Enter')
    await dialog.getByText('The server did not take that key').waitFor()
    await dialog.getByLabel('Key').fill('open-sesame')
    await page.keyboard.press('Enter')
    await page.locator('.example').first().waitFor()
    await ask(page, 'How is it?')
    await page.reload()
    await page.locator('#library-count').getByText('2 papers').waitFor()
    expect(await dialog.count()).toBe(0)
    expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toContain('key')
    await close()
  })

  it('with an empty library, offers to take papers in', async () => {
    const services = createServices()
    const library = { ...services.library, status: async () => ({ papers: 0, digests: 0, revision: 0, model: 'fake@1', indexed: { vectors: 0, lexical: 0 } }), list: async () => ({ papers: [] }) }
    const { page, close } = await open({ library, ingest: async () => NOTHING_INGESTED })
    await page.getByText('This library is empty.').waitFor()
    await page.getByRole('button', { name: 'Add papers' }).click()
    await page.getByText('There are no papers yet.').waitFor()
    expect(await page.getByRole('button', { name: 'Choose files' }).evaluate((element) => element === document.activeElement)).toBe(true)
    await close()
  })

  it('of three hundred sources, shows a few and then all, on a phone, without growing wider than it', async () => {
    const long = 'Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselbundverlustmeldungsformularvordruckverwaltung'.repeat(3)
    const answer = answerOf(Array.from({ length: 300 }, (_, i) => ({ text: `Sentence ${i + 1} of a long answer.`, title: i === 0 ? long : `Paper ${i + 1} about rain` })))
    const { page, close } = await open({ ask: atOnce(answer) }, { viewport: { width: 390, height: 844 } })
    await ask(page, 'Which papers speak of rain?')
    expect(await page.locator('.chip').count()).toBe(300)
    expect(await page.locator('.source').count()).toBe(8)
    await page.getByRole('button', { name: 'Show all 300 sources' }).click()
    expect(await page.locator('.source').count()).toBe(300)
    expect(await page.locator('.source').nth(8).evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.locator('.chip').last().click()
    expect(await page.locator('#panel mark').textContent()).toBe('Sentence 300 of a long answer.')
    await close()
  })

  it('sets text from right to left where it is written so, and marks its words', async () => {
    const text = 'تقيس الدراسة المد والجزر في أربعة عشر ميناء.'
    const { page, close } = await open({ ask: atOnce(answerOf([{ text, title: 'المد والجزر في الموانئ' }, { text: '潮汐誤差為三點二公分。𝒜', title: '港口的潮汐' }])) })
    await ask(page, 'ما مدى الدقة؟')
    expect(await page.locator('h2.question').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
    expect(await page.locator('.said-text li').evaluateAll((items) => items.map((item) => getComputedStyle(item).direction))).toEqual(['rtl', 'ltr'])
    await page.locator('.chip').nth(1).click()
    expect(await page.locator('#panel mark').textContent()).toBe('潮汐誤差為三點二公分。𝒜')
    await close()
  })

  it('shows markup, links, images and false markers of papers as the text that they are', async () => {
    const text = '<script>window.harm = 1</script><img src=x onerror="window.harm = 1"> ![pixel](https://elsewhere.example/p.png) [click](https://elsewhere.example) is *shown* [7] as `it` is [1][2].'
    const { page, close } = await open({ ask: atOnce(answerOf([{ text, title: '<b>Bold</b> [3] *title*' }, { text: 'Nothing else.' }])) })
    await ask(page, 'What <b>is</b> shown?')
    expect(await page.locator('.said-text li').first().locator('.quoted').textContent()).toBe(text)
    expect(await page.locator('.chip').allTextContents()).toEqual(['1', '2'])
    expect(await page.locator('.exchange :is(script, img, b), .said-text a').count()).toBe(0)
    await page.locator('.chip').first().click()
    expect(await page.locator('#panel mark').textContent()).toBe(text)
    expect(await page.locator('#panel :is(script, img, b)').count()).toBe(0)
    expect(await page.evaluate(() => 'harm' in window)).toBe(false)
    await close()
  })

  it('survives conversations that it cannot read, and keeps those that it can', async () => {
    const { page, close } = await open({ ask: atOnce(answerOf([{ text: 'It rains.' }])) })
    await ask(page, 'How is it?')
    await page.evaluate(() => {
      const name = 'footnote.conversations'
      const kept = JSON.parse(localStorage.getItem(name) ?? '') as { conversations: { exchanges: unknown[] }[] }
      kept.conversations[0]?.exchanges.push({ question: 5 }, null, { question: 'x', state: 'answered', answer: { answer: 'y', claims: [null] } })
      kept.conversations.push({ exchanges: 'none' } as never, null as never)
      localStorage.setItem(name, JSON.stringify(kept))
    })
    await page.reload()
    expect(await page.locator('.exchange').count()).toBe(1)
    for (const damage of ['{"version":1,"conversations":', '[]', '{"version":99}', '5']) {
      await page.evaluate((text) => localStorage.setItem('footnote.conversations', text), damage)
      await page.reload()
      await page.getByRole('heading', { level: 1 }).waitFor()
      await ask(page, 'How is it now?')
    }
    await close()
  })

  it('lets go of the oldest conversations before the browser has no room', async () => {
    const { page, close } = await open({ ask: atOnce(answerOf(Array.from({ length: 40 }, (_, i) => ({ text: `${'Long. '.repeat(2_000)}${i}` })))) })
    for (const question of ['One?', 'Two?', 'Three?']) {
      await ask(page, question)
      await page.getByRole('button', { name: 'New conversation' }).click()
    }
    const kept = await page.evaluate(() => localStorage.getItem('footnote.conversations') ?? '')
    expect(kept.length).toBeGreaterThan(100_000)
    expect(kept.length).toBeLessThanOrEqual(2_000_000)
    expect(kept).toContain('Three?')
    expect(kept).not.toContain('One?')
    await close()
  })
})
