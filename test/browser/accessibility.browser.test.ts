/** The chat page for people who do not see it, do not use a mouse, or need strong contrast. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ask, CHROMIUM, useBrowser, useFootnote } from './browser.js'

const LIST = 'Which papers shrink the KV cache?'

/** The states in which the page is looked at. */
const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'before the first question': async (page) => page.locator('.example').first().waitFor(),
  'with an answer and a paper beside it': async (page) => {
    await ask(page, LIST)
    await page.locator('.chip').first().click()
    await page.locator('.related .paper-title').first().waitFor()
  },
  'where the library does not say': async (page) => {
    await ask(page, 'What is the capital of France?')
    await ask(page, 'How do kangaroos prune neural networks?')
  },
  'in the library': async (page) => {
    await page.locator('#open-library').click()
    await page.locator('.shelf .paper-title').first().waitFor()
    await page.locator('#search').fill('spiking')
    await page.locator('[role=option]').first().waitFor()
    await page.keyboard.press('ArrowDown')
  },
}

describe.skipIf(CHROMIUM === undefined)('the chat page', () => {
  const server = useFootnote()
  const browser = useBrowser()
  const each = Object.entries(STATES).flatMap(([state, reach]) => (['light', 'dark'] as const).map((colorScheme) => ({ state, reach, colorScheme })))

  it.each(each)('$state, $colorScheme, has contrast for every word, a name for all that is used, and a plan of headings', async ({ reach, colorScheme }) => {
    const { page, close } = await browser.open(server.url(), { colorScheme, reducedMotion: 'reduce' })
    await reach(page)
    expect(await page.evaluate(faintTexts)).toEqual([])
    expect(await page.evaluate(namelessControls)).toEqual([])
    const levels = await page.evaluate(() => [...document.querySelectorAll('h1, h2, h3')].filter((heading) => heading.checkVisibility()).map((heading) => Number(heading.tagName[1])))
    expect(levels.filter((level, i) => level - (levels[i - 1] ?? 1) > 1)).toEqual([])
    await close()
  })

  it('has landmarks, and says what each is', async () => {
    const { page, close } = await browser.open(server.url())
    for (const [role, name] of [['banner'], ['main'], ['navigation', 'Library and conversations'], ['form', 'Ask a question'], ['textbox', 'Your question']] as const) {
      expect(await page.getByRole(role, name === undefined ? {} : { name }).count(), role).toBe(1)
    }
    await ask(page, LIST)
    expect(await page.getByRole('region', { name: 'Conversation' }).count()).toBe(1)
    expect(await page.getByRole('article', { name: LIST }).count()).toBe(1)
    await page.locator('.chip').first().click()
    expect(await page.getByRole('dialog', { name: (await page.locator('#panel-title').textContent()) ?? '' }).count()).toBe(1)
    await close()
  })

  it('shows where the keyboard is, at every stop', async () => {
    const { page, close } = await browser.open(server.url())
    await ask(page, LIST)
    await page.locator('.wordmark').focus()
    const stops = new Set<string>()
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Tab')
      const { name, shown } = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        const field = element.closest('.field')
        const ringed = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
        return { name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`, shown: element === document.body || ringed || (field !== null && getComputedStyle(field).boxShadow !== 'none') }
      })
      expect(shown, name).toBe(true)
      stops.add(name)
    }
    expect(stops.size).toBeGreaterThan(8)
    await close()
  })

  it('on a phone, keeps the keyboard within what lies over the page', async () => {
    const { page, close } = await browser.open(server.url(), { viewport: { width: 390, height: 844 } })
    await ask(page, LIST)
    await page.locator('.chip').first().click()
    await page.locator('.related .paper-title').first().waitFor()
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('#panel') !== null)).toBe(true)
    }
    await close()
  })

  it('moves nothing for those who ask for calm, and prints the answer with its sources', async () => {
    const { page, close } = await browser.open(server.url(), { reducedMotion: 'reduce' })
    await ask(page, LIST)
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#composer').isVisible()).toBe(false)
    expect(await page.locator('.source').first().isVisible()).toBe(true)
    await close()
  })
})

/** Runs in the page: texts whose contrast with what lies behind them is less than 4.5 (WCAG 2.2, 1.4.3). */
function faintTexts(): string[] {
  type Colour = readonly [number, number, number, number]
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D
  const read = (colour: string): Colour => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
    return [red, green, blue, alpha / 255]
  }
  const over = (top: Colour, below: Colour): Colour => [0, 1, 2].map((i) => (top[i] as number) * top[3] + (below[i] as number) * (1 - top[3])).concat(1) as unknown as Colour
  const behind = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1]
    const own = read(getComputedStyle(element).backgroundColor)
    return own[3] === 1 ? own : over(own, behind(element.parentElement))
  }
  const luminance = ([red, green, blue]: Colour) => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const faint: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement as HTMLElement
    if ((node.textContent ?? '').trim() === '' || !element.checkVisibility({ opacityProperty: true }) || element.closest('.visually-hidden, .icon, .skip, noscript') !== null) continue
    const ground = behind(element)
    const [light = 0, dark = 0] = [luminance(over(read(getComputedStyle(element).color), ground)), luminance(ground)].sort((a, b) => b - a)
    const contrast = (light + 0.05) / (dark + 0.05)
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${(node.textContent ?? '').trim().slice(0, 40)}`)
  }
  return faint
}

/** Runs in the page: buttons, links and fields that a screen reader could not name. */
function namelessControls(): string[] {
  return [...document.querySelectorAll<HTMLElement>('button, a[href], input, textarea, summary, [role=option]')]
    .filter((element) => element.checkVisibility() && element.getAttribute('aria-hidden') !== 'true')
    .filter((element) => (element.getAttribute('aria-label') ?? element.textContent).trim() === '')
    .map((element) => element.outerHTML.slice(0, 120))
}
