/** Opens the chat page of a real server in Chromium, and watches that it asks nobody else and complains of nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { findChromium, startChromium } from '../../scripts/screenshots/chromium.js'
import { compose } from '../../src/compose.js'
import type { Footnote } from '../../src/compose.js'
import { readConfig } from '../../src/config.js'
import { createApp } from '../../src/http/app.js'
import { listen } from '../../src/http/listen.js'

export const CHROMIUM = findChromium(process.env['CHROMIUM_PATH'])
// Where every check must run, a missing browser is a failure and no reason to be lenient.
if (CHROMIUM === undefined && process.env['CI'] !== undefined) throw new Error('No Chromium is installed; install it, or set CHROMIUM_PATH.')
if (CHROMIUM === undefined) console.warn('\n  NO CHROMIUM WAS FOUND: the tests of the chat page are SKIPPED. Install it, or set CHROMIUM_PATH.\n')

// A browser takes its time on a busy machine; nothing here measures it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

export interface OpenOptions extends BrowserContextOptions {
  /** What else the console may say: failures that the test itself brings about. */
  readonly mayComplain?: RegExp
}

export interface Opened {
  readonly page: Page
  /** Asserts that nothing was asked of another host, and that the console has no complaint; closes the page. */
  close(): Promise<void>
}

/** One browser for a test file. */
export function useBrowser(): { open(url: string, options?: OpenOptions): Promise<Opened> } {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await startChromium(CHROMIUM as string)
  })
  afterAll(() => browser?.close())
  return {
    async open(url, { mayComplain, ...options } = {}) {
      const context = await (browser as Browser).newContext({ viewport: { width: 1280, height: 860 }, ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      const asked: string[] = []
      const complaints: string[] = []
      context.on('request', (request) => asked.push(request.url()))
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && mayComplain?.test(message.text()) !== true) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(url)
      return {
        page,
        async close() {
          const { host } = new URL(url)
          expect(asked.length).toBeGreaterThan(5)
          expect(asked.filter((address) => !/^(?:data|blob):/.test(address) && new URL(address).host !== host)).toEqual([])
          expect(complaints).toEqual([])
          await context.close()
        },
      }
    },
  }
}

/** The whole product over a library of its own, for a test file. */
export function useFootnote(environment: Readonly<Record<string, string>> = {}): { url(): string; footnote(): Footnote } {
  let stop: (() => Promise<void>) | undefined
  let url = ''
  let footnote: Footnote | undefined
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'footnote-page-'))
    footnote = await compose(readConfig({ ...environment, DATA_DIR: folder }), { log: { info() {}, warn() {} } })
    const opened = footnote
    const server = await listen(createApp(() => opened, { log: pino({ level: 'silent' }), rateLimitPerMinute: 0 }), { host: '127.0.0.1', port: 0 })
    url = `${server.url}/`
    stop = async () => {
      await server.stop(0)
      await opened.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
  afterAll(() => stop?.())
  return { url: () => url, footnote: () => footnote as Footnote }
}

/** Writes a question, sends it with Enter, and waits until all of the answer is there. */
export async function ask(page: Page, question: string): Promise<void> {
  const before = await page.locator('.exchange').count()
  await page.locator('#question').fill(question)
  await page.locator('#question').press('Enter')
  await page.locator('.exchange').nth(before).and(page.locator('[data-state=answered]')).waitFor()
}

/** Drops files on the page, as a hand would. */
export async function drop(page: Page, files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
  const dropped = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer()
    for (const { name, text } of files) transfer.items.add(new File([text], name))
    return transfer
  }, files)
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped })
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped })
}
