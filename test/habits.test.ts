/** Holds the house rules of the code against the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SettingsSchema } from '../src/config.js'

const ROOT = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const files = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))

/** From the ground up; a file imports from its own floor and from those below. */
const FLOORS = ['errors.ts', 'text', 'papers', 'embedding', 'library', 'retrieval', 'answering', 'ingest', 'http', 'config.ts', 'models.ts', 'backup.ts', 'serving.ts', 'compose.ts', 'watch.ts', 'langchain', 'index.ts', 'server.ts']
const floorOf = (path: string) => FLOORS.indexOf(relative('src', path).split('/')[0] as string)

/** Every `from '…'` and `import('…')` of a file. */
const importsOf = (path: string) => [...read(path).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] as string)

describe('imports', () => {
  const local = files('src').flatMap((path) =>
    importsOf(path)
      .filter((target) => target.startsWith('.'))
      .map((target) => ({ path, target: relative(ROOT, resolve(ROOT, dirname(path), target.replace(/\.js$/, '.ts'))) })),
  )

  it('of src, all of them, lead to a floor that exists', () => {
    expect(local.length).toBeGreaterThan(30)
    expect(files('src').filter((path) => floorOf(path) < 0)).toEqual([])
  })

  it('of every file, lead to its own floor or down', () => {
    expect(local.filter(({ path, target }) => floorOf(target) > floorOf(path))).toEqual([])
  })

  it('between ingest and answering, do not exist', () => {
    expect(local.filter(({ path, target }) => path.startsWith('src/ingest/') && target.startsWith('src/answering/'))).toEqual([])
  })

  it('between the folders of answering, go down the table of its README', () => {
    const rows = [...read('src/answering/README.md').matchAll(/^\| (`[^|]*) \|/gm)].map((row) => [...(row[1] as string).matchAll(/`([^`]+)`/g)].map((name) => (name[1] as string).replace('/', '')))
    const rowOf = (path: string) => rows.findIndex((names) => names.includes(relative('src/answering', path).split('/')[0] as string))
    const within = local.filter(({ path, target }) => path.startsWith('src/answering/') && target.startsWith('src/answering/'))
    expect(within.length).toBeGreaterThan(100)
    expect(within.filter(({ path, target }) => rowOf(path) < 0 || rowOf(target) < rowOf(path))).toEqual([])
  })

  it('of src, never lead to scripts or tests', () => {
    expect(local.filter(({ target }) => !target.startsWith('src/'))).toEqual([])
  })

  it.each([
    ['libsql', 'src/library/sqlite.ts'],
    ['hnswlib-node', 'src/library/hnsw.ts'],
    ['langchain', 'src/answering/language-model/langchain.ts'],
  ])('of the vendor %s stand in one file', (vendor, home) => {
    expect(files('src').filter((path) => importsOf(path).includes(vendor))).toEqual([home])
  })
})

describe('settings', () => {
  const names = Object.keys(SettingsSchema.shape).sort()

  it('in .env.example are those that config.ts reads', () => {
    expect([...read('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map((match) => match[1]).sort()).toEqual(names)
  })

  it('in the README are those that config.ts reads', () => {
    expect([...read('README.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]).sort()).toEqual(names)
  })

  it('are read from the environment in config.ts alone', () => {
    expect([...files('src'), ...files('scripts')].filter((path) => read(path).includes('process.env'))).toEqual(['src/config.ts'])
  })
})

describe('the README, and that of the tests with all figures,', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)

  const readmes = `${read('README.md')}\n${read('test/README.md')}`

  it('names no npm script that does not exist', () => {
    const named = [...readmes.matchAll(/npm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2])
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !scripts.includes(name as string))).toEqual([])
  })

  it('names no file that does not exist', () => {
    const named = [...readmes.matchAll(/`((?:src|index|scripts|test)\/[\w./-]+)`/g)].map((match) => match[1] as string)
    expect(named.filter((path) => path !== 'index/data/' && path !== 'index/data' && !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('names every npm script', () => {
    expect(scripts.filter((name) => !new RegExp(`npm (?:run )?(?:-s )?${name}\\b`).test(read('README.md')))).toEqual([])
  })
})

describe('every script of package.json', () => {
  it('runs a file that exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const paths = Object.values(scripts).flatMap((command) => command.match(/(?:src|scripts|test)\/[\w./-]+/g) ?? [])
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

describe('every source file', () => {
  it('opens with one sentence that says what it is for', () => {
    const pages = readdirSync(join(ROOT, 'src/http/page')).filter((name) => name.endsWith('.js')).map((name) => join('src/http/page', name))
    expect([...files('src'), ...files('scripts'), ...pages].filter((path) => !/^\/\*\* [A-Z`][^\n]*[.:]?[^\n]*\*\/\n/.test(read(path)) && !/^\/\*\*\n \* [A-Z`]/.test(read(path)))).toEqual([])
  })
})

describe('the top level', () => {
  it('holds what was agreed, and the lock file and dotfiles', () => {
    const agreed = ['src', 'index', 'scripts', 'test', 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md']
    const extra = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !agreed.includes(name) && !['node_modules', 'coverage'].includes(name))
    expect(extra).toEqual([])
  })
})
