/** Reads the settings: the one place that looks at the environment. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { FootnoteError } from './errors.js'
import { SOURCE_NAMES } from './ingest/sources.js'

const Flag = z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] })
const Address = z.url({ protocol: /^https?$/, error: 'must be an address such as http://localhost:3000' })
const Whole = (least: number, most: number) =>
  z.coerce
    .number<string>({ error: 'must be a number' })
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
const List = z.string().transform((text) => text.split(',').map((item) => item.trim()).filter((item) => item !== ''))
const Origin = z.string().refine((text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text), 'must be origins such as https://chat.example.org, or *')

/** `arxiv=http://localhost:8080 s2=…`, as an object. */
const Pairs = (values: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text): Partial<Record<string, string>> => Object.fromEntries(text.split(/[\s,]+/).filter((pair) => pair !== '').map((pair) => [pair.split('=', 1)[0] as string, pair.slice(pair.indexOf('=') + 1)])))
    .pipe(z.partialRecord(z.enum(SOURCE_NAMES), values, { error: `must be pairs such as arxiv=…, of the names ${SOURCE_NAMES.join(', ')}` }))
    .default({})

/** Every setting, with its default; the same names stand in `.env.example` and in the README. */
export const SettingsSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every network'),
  PORT: Whole(0, 65_535).default(3000).describe('Port to listen on; 0 takes a free one'),
  API_KEY: List.default([]).describe('Key that clients must show, or several with commas between; none: open to whoever reaches the server'),
  CORS_ORIGINS: List.pipe(z.array(Origin)).default([]).describe('Origins whose pages may use the server from a browser, with commas between; * for all'),
  TRUSTED_PROXIES: Whole(0, 10).default(0).describe('How many proxies stand in front, whose X-Forwarded-For is believed'),
  PUBLIC_URL: Address.optional().describe('Address under which people reach the server, for links to papers without one'),
  DATA_DIR: z.string().default('index/data').describe('Folder of the library and its indexes'),
  WATCH_DIR: z.string().transform((folder) => resolve(PROGRAM_DIR, folder)).optional().describe('Folder whose files of papers the server takes in as they come'),
  STARTER_LIBRARY: Flag.default(true).describe('Load the starter papers into an empty library'),
  EMBEDDING_MODEL: z.string().default('footnote-static').describe('Embedding model: a name under index/model, a folder in transformers.js layout, or a name of the Hugging Face hub'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').describe('Least severe level to log'),
  RATE_LIMIT_PER_MINUTE: Whole(0, 1_000_000).default(600).describe('Requests a minute from one address; 0 for no limit'),
  MAX_RUNNING_ASKS: Whole(1, 10_000).default(16).describe('Questions answered at the same time, and beside them as many searches; others wait, for half a minute at most as far as can be told'),
  ANSWERS_KEPT_DAYS: Whole(0, 36_500).default(30).describe('How long answers are kept, with their questions; 0 keeps none'),
  ANSWERS_KEPT_MB: Whole(1, 1_000_000).default(200).describe('Most that kept answers may take, in megabytes; the oldest go first'),
  SOURCE_URLS: Pairs(Address).describe('Addresses of catalogues to ask instead of the public ones, as name=address, apart by spaces'),
  SOURCE_KEYS: Pairs(z.string().min(1, 'has no key after the =')).describe('Keys for catalogues that take one, as name=key, apart by spaces'),
  SOURCE_CONTACT: z.string().max(200).regex(/^[\x20-\x7e]+$/, 'must be plain ASCII').optional().describe('Mail address that catalogues may write to; some answer sooner with one'),
  SOURCES_OVER_HTTP: Flag.default(false).describe('Let HTTP clients have papers fetched from catalogues'),
  LLM_MODEL: z.string().regex(/^[\w-]+:\S+$/, 'must be provider:name, such as openai:gpt-5-mini').optional().describe('Language model that phrases answers, as provider:name; none: answers are made of quotes'),
  LLM_BASE_URL: Address.optional().describe('Address of an OpenAI-compatible server or of Ollama'),
  LLM_API_KEY: z.string().optional().describe('Key for the language model'),
  LLM_TIMEOUT_MS: Whole(100, 600_000).default(60_000).describe('Longest wait for the whole answer of the language model, in milliseconds'),
  LLM_FIRST_TOKEN_TIMEOUT_MS: Whole(100, 600_000).default(30_000).describe('Longest wait for its first word'),
  LLM_STALL_TIMEOUT_MS: Whole(100, 600_000).default(10_000).describe('Longest wait from one piece of its answer to the next'),
  LLM_MAX_TOKENS: Whole(16, 100_000).default(800).describe('Longest answer of the language model, in tokens'),
  LLM_TOKENS_PER_DAY: Whole(0, 10_000_000_000).default(0).describe('Tokens that the language model may read and write in a day (UTC), counted from the start of the process; 0 for no limit'),
})

export type Config = Readonly<z.infer<typeof SettingsSchema>>

/** Folder of the program, where `index/` lies. */
export const PROGRAM_DIR = resolve(import.meta.dirname, '..')

/**
 * Settings from the environment, and from `.env` in the working folder where the environment is
 * silent. An empty value counts as not set. Fails with `invalid_request` and names each wrong setting.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = loadEnvironment()): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const result = SettingsSchema.safeParse(given)
  if (result.success) return { ...result.data, DATA_DIR: resolve(PROGRAM_DIR, result.data.DATA_DIR) }
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new FootnoteError('invalid_request', `Some settings are wrong; correct them in .env or the environment. ${problems.join('; ')}.`)
}

function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}
