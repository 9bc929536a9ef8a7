/** `npm run screenshots`: pictures of the chat page for the README, over the starter library. */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { program } from 'commander'
import { pino } from 'pino'
import type { Browser, Page } from 'playwright-core'
import { compose } from '../src/compose.js'
import { PROGRAM_DIR, readConfig } from '../src/config.js'
import { createApp } from '../src/http/app.js'
import { listen } from '../src/http/listen.js'
import { findChromium, startChromium } from './screenshots/chromium.js'

interface Shot {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
  /** What is done before the picture is taken. */
  prepare(page: Page): Promise<void>
}

const QUESTION = 'Which papers shrink the KV cache?'

const SHOTS: readonly Shot[] = [
  {
    name: 'answer',
    width: 1120,
    height: 680,
    colorScheme: 'light',
    async prepare(page) {
      await ask(page, QUESTION)
      await page.locator('.chip').first().click()
      await page.locator('.related .paper-title').first().waitFor()
    },
  },
  {
    name: 'phone',
    width: 390,
    height: 640,
    colorScheme: 'dark',
    async prepare(page) {
      await ask(page, 'What accuracy does the one-timestep spiking VGG16 reach on CIFAR-10?')
    },
  },
  {
    name: 'decline',
    width: 900,
    height: 620,
    colorScheme: 'light',
    async prepare(page) {
      await ask(page, 'How do kangaroos prune neural networks?')
    },
  },
  {
    name: 'map',
    width: 1120,
    height: 760,
    colorScheme: 'light',
    async prepare(page) {
      await page.goto(new URL('map', page.url()).href)
      await page.locator('svg circle').first().waitFor({ timeout: 60_000 })
    },
  },
]

async function ask(page: Page, question: string): Promise<void> {
  await page.locator('#question').fill(question)
  await page.keyboard.press('Enter')
  await page.locator('.exchange[data-state=answered]').last().waitFor()
}

async function take(browser: Browser, url: string, { name, width, height, colorScheme, prepare }: Shot, folder: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(url)
  await prepare(page)
  // What fades does so within this.
  await page.waitForTimeout(500)
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  process.stdout.write(`${path}, ${Math.round((await stat(path)).size / 1_000)} kB\n`)
  await context.close()
}

async function takeAll(folder: string, executablePath: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'footnote-screenshots-'))
  const footnote = await compose({ ...readConfig({}), DATA_DIR: dataDir }, { log: { info() {}, warn() {} } })
  const server = await listen(createApp(() => footnote, { log: pino({ level: 'silent' }) }), { host: '127.0.0.1', port: 0 })
  const browser = await startChromium(executablePath)
  try {
    await mkdir(folder, { recursive: true })
    for (const shot of SHOTS) await take(browser, server.url, shot, folder)
  } finally {
    await browser.close()
    await server.stop(0)
    await footnote.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

program
  .name('npm run screenshots --')
  .description('Takes the pictures of the chat page that the README shows.')
  .option('--chromium <path>', 'where Chromium is, if it is not found')
  .option('--folder <path>', 'where the pictures go', 'index/screenshots')
  .action(async ({ chromium, folder }: { chromium?: string; folder: string }) => {
    const executablePath = findChromium(chromium)
    if (executablePath === undefined) program.error('No Chromium was found; install it, or say where it is with --chromium PATH.')
    await takeAll(resolve(PROGRAM_DIR, folder), executablePath)
  })

await program.parseAsync()
