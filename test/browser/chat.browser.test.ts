/** The chat page as a reader uses it, over the starter library and the whole product. */
import { describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { Answer, Quote } from '../../src/answering/answer.js'
import { ask, CHROMIUM, drop, useBrowser, useFootnote } from './browser.js'

const FIGURE = 'What accuracy does the one-timestep spiking VGG16 reach on CIFAR-10?'
const LIST = 'Which papers shrink the KV cache?'

const LIGHTHOUSES = [
  { title: 'Lamp lenses of northern lighthouses', abstract: 'We measured 41 lighthouse lenses by hand. A second-order Fresnel lens of the northern lighthouses throws its beam 38 kilometres. Salt on the glass takes a fifth of that.', authors: ['Ida Holm'], year: 2019 },
  { title: 'A record without its text' },
].map((record) => JSON.stringify(record)).join('\n')

const SCREENS = [
  { width: 1280, height: 860, colorScheme: 'light' },
  { width: 1280, height: 860, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const

/** The same question asked without the page. */
async function answerTo(url: string, question: string): Promise<Answer> {
  const reply = await fetch(`${url}v1/ask`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ question }) })
  return (await reply.json()) as Answer
}

/** The characters of the abstract that quotes cover, in order. */
const quotedOf = (abstract: string, quotes: readonly Quote[]) =>
  abstract.split('').filter((_, i) => quotes.some(({ start, end }) => start <= i && i < end)).join('')
const marked = (page: Page) => page.locator('#panel mark').allTextContents()
const widerThanScreen = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)

describe.skipIf(CHROMIUM === undefined)('the chat page', () => {
  const server = useFootnote()
  const browser = useBrowser()

  it.each(SCREENS)('at $width px, $colorScheme, answers with footnotes that open at the quoted words', async ({ width, height, colorScheme }) => {
    const { page, close } = await browser.open(server.url(), { viewport: { width, height }, colorScheme })
    await ask(page, LIST)
    const { citations } = await answerTo(server.url(), LIST)
    expect(citations.length).toBeGreaterThan(1)
    expect([...new Set(await page.locator('.chip').allTextContents())]).toEqual(citations.map(({ number }) => String(number)))
    for (const { number, paper, quotes } of citations) {
      const chip = page.getByRole('button', { name: `Source ${number}: ${paper.title}` }).and(page.locator('.chip')).first()
      await chip.click()
      await page.locator('#panel mark').first().waitFor()
      expect((await marked(page)).join('')).toBe(quotedOf(paper.abstract, quotes))
      expect(await page.locator('#panel .abstract').textContent()).toBe(paper.abstract)
      expect(await page.getByRole('heading', { level: 2, name: paper.title }).isVisible()).toBe(true)
      await expectInView(page)
      expect(await widerThanScreen(page)).toBe(false)
      await page.keyboard.press('Escape')
      await page.locator('#panel').waitFor({ state: 'hidden' })
      expect(await chip.evaluate((element) => element === document.activeElement)).toBe(true)
    }
    await close()
  })

  it('before the first question, offers some that this library answers', async () => {
    const { page, close } = await browser.open(server.url())
    await page.locator('.example').first().waitFor()
    const offered = await page.locator('.example').allTextContents()
    expect(offered).toHaveLength(3)
    await page.locator('.example').first().click()
    await page.locator('[data-state=answered]').waitFor()
    expect(await page.getByRole('heading', { level: 2, name: offered[0] as string }).isVisible()).toBe(true)
    expect(await page.locator('.chip').count()).toBeGreaterThan(0)
    await close()
  })

  it('follows up on what was asked, and sends what was said before', async () => {
    const { page, close } = await browser.open(server.url())
    await ask(page, FIGURE)
    const sent = page.waitForRequest((request) => request.url().endsWith('/v1/ask'))
    await ask(page, 'And on ImageNet?')
    const { history } = (await sent).postDataJSON() as { history: { role: string; content: string }[] }
    expect(history.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(history[0]?.content).toBe(FIGURE)
    expect(await page.locator('.exchange').last().locator('.said-text').textContent()).toContain('67.71% on ImageNet')
    await close()
  })

  it('asked what the library does not hold, says so, names what is near, and helps to ask again', async () => {
    const { page, close } = await browser.open(server.url())
    await ask(page, 'What is the capital of France?')
    const exchange = page.locator('.exchange').last()
    expect(await exchange.getAttribute('data-verdict')).toBe('none')
    expect(await exchange.locator('.said').textContent()).toMatch(/^This library does not say\./)
    expect(await exchange.locator('.chip').count()).toBe(0)
    const nearest = exchange.locator('.papers .paper-title')
    const title = (await nearest.first().textContent()) ?? ''
    await nearest.first().click()
    expect(await page.getByRole('heading', { level: 2, name: title }).isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await exchange.getByRole('button', { name: 'Ask without “capital”' }).click()
    expect(await page.locator('#question').inputValue()).toBe('What is the of France?')
    await close()
  })

  it('given a file, takes it in, says what became of each line, and answers from it at once', async () => {
    const { page, close } = await browser.open(server.url())
    const before = ((await (await fetch(`${server.url()}v1/status`)).json()) as { papers: number }).papers
    await drop(page, [{ name: 'lighthouses.jsonl', text: LIGHTHOUSES }])
    await page.locator('.summary').waitFor()
    expect(await page.locator('.summary').textContent()).toBe('1 paper added, 1 rejected.')
    await page.getByText('Why 1 record was rejected').click()
    expect(await page.locator('.rejected').textContent()).toMatch(/[Ll]ine 2/)
    expect(await page.locator('#panel').textContent()).toContain(`${before + 1} papers`)
    await page.keyboard.press('Escape')
    await ask(page, 'How far does a second-order Fresnel lens throw its beam?')
    expect(await page.locator('.said-text').last().textContent()).toContain('38 kilometres')
    expect(await page.locator('.source').last().textContent()).toContain('Ida Holm · 2019')
    await close()
  })

  it('finds papers while one types, and opens them by the keyboard alone', async () => {
    const { page, close } = await browser.open(server.url())
    await page.getByRole('button', { name: /^Library/ }).click()
    const field = page.getByRole('combobox', { name: 'Search the library' })
    await field.pressSequentially('spiking neur')
    await page.locator('[role=option]').first().waitFor()
    expect(await field.getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    const active = await field.getAttribute('aria-activedescendant')
    const title = (await page.locator(`#${active} .paper-title`).textContent()) ?? ''
    expect(title).toMatch(/spik/i)
    await page.keyboard.press('Enter')
    await page.locator('#panel .abstract').waitFor()
    expect(await page.locator('#panel-title').textContent()).toBe(title)
    await page.locator('.related .paper-title').first().waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('#open-library').evaluate((element) => element === document.activeElement)).toBe(true)
    await close()
  })

  it('by the keyboard alone, is asked, read and left again', async () => {
    const { page, close } = await browser.open(server.url())
    await page.locator('#open-earlier').focus()
    await page.keyboard.press('/')
    await page.keyboard.type('Which papers')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('shrink the KV cache?')
    expect(await page.locator('#question').inputValue()).toBe('Which papers\nshrink the KV cache?')
    await page.keyboard.press('Enter')
    await page.locator('[data-state=answered]').waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
    await page.locator('.top nav button').last().focus()
    await page.keyboard.press('Tab')
    expect(await focused()).toMatch(/^Source 1: /)
    await page.keyboard.press('Enter')
    await page.locator('#panel mark').first().waitFor()
    expect(await page.locator('#panel').evaluate((panel) => panel.contains(document.activeElement))).toBe(true)
    await page.keyboard.press('Escape')
    expect(await focused()).toMatch(/^Source 1: /)
    await close()
  })

  it('keeps the conversation over a reload, and starts a new one', async () => {
    const { page, close } = await browser.open(server.url())
    await ask(page, FIGURE)
    const text = await page.locator('.said-text').textContent()
    await page.reload()
    expect(await page.locator('.said-text').textContent()).toBe(text)
    await page.locator('.chip').first().click()
    expect(await marked(page)).toHaveLength(1)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New conversation' }).click()
    expect(await page.locator('.exchange').count()).toBe(0)
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Earlier' }).click()
    await page.locator('#panel').getByRole('button', { name: FIGURE }).first().click()
    expect(await page.locator('.said-text').textContent()).toBe(text)
    await close()
  })

  it('asked of one paper, uses no other until it is let go', async () => {
    const { page, close } = await browser.open(server.url())
    await ask(page, FIGURE)
    await page.locator('.chip').first().click()
    await page.getByRole('link', { name: 'Paper page' }).click()
    await page.locator('.related .paper-title').first().waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^One Timestep/)
    await page.getByRole('link', { name: 'Ask about this paper' }).click()
    await page.locator('#scope:not([hidden])').waitFor()
    await ask(page, LIST)
    const exchange = page.locator('.exchange').last()
    expect(await exchange.locator('.source, .papers .paper-title').allTextContents()).toEqual([expect.stringContaining('One Timestep')])
    await page.getByRole('button', { name: 'Ask of all papers again' }).click()
    await ask(page, LIST)
    expect(await page.locator('.exchange').last().locator('.chip').count()).toBeGreaterThan(1)
    await close()
  })

  it('leads from an answer to its papers on the map, and from there back', async () => {
    const { page, close } = await browser.open(server.url())
    await ask(page, LIST)
    const cited = await page.locator('.source').count()
    await page.getByRole('link', { name: 'On the map' }).click()
    await page.locator('#map .marked').first().waitFor()
    expect(await page.locator('#map .marked').count()).toBe(cited)
    await page.getByRole('link', { name: 'Footnote, start page' }).click()
    expect(await page.locator('.source').count()).toBe(cited)
    await close()
  })

  it('copies an answer with its sources, and its references', async () => {
    const { page, close } = await browser.open(server.url(), { permissions: ['clipboard-read', 'clipboard-write'] })
    await ask(page, LIST)
    await page.getByRole('button', { name: 'Copy answer' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const { answer, citations } = await answerTo(server.url(), LIST)
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied.startsWith(answer)).toBe(true)
    for (const { number, paper } of citations) expect(copied).toMatch(new RegExp(`^\\[${number}\\] .*${paper.id}`, 'm'))
    await page.getByRole('button', { name: 'Copied' }).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Copy BibTeX' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect((await page.evaluate(() => navigator.clipboard.readText())).match(/^@\w+\{/gm)).toHaveLength(citations.length)
    await close()
  })
})

/** The marked words stand where the reader sees them. */
async function expectInView(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.locator('#panel mark').first().evaluate((mark) => {
        const { top, bottom } = mark.getBoundingClientRect()
        return top >= 0 && bottom <= innerHeight
      }),
    )
    .toBe(true)
}
