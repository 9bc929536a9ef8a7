/** Settings as people write them: what is taken, and what a wrong one is told. */
import { describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.js'

describe('a setting', () => {
  it.each([
    ['PORT', 'eighty', 'PORT: must be a number.'],
    ['PORT', '80.5', 'PORT: must be a whole number.'],
    ['PORT', '70000', 'PORT: must be at most 65535.'],
    ['MAX_RUNNING_ASKS', '0', 'MAX_RUNNING_ASKS: must be at least 1.'],
    ['PUBLIC_URL', 'ftp://x', 'PUBLIC_URL: must be an address such as http://localhost:3000.'],
    ['SOURCE_URLS', 'arxiv=http://localhost:8080 foo', 'SOURCE_URLS: must be pairs such as arxiv=…, of the names arxiv, '],
    ['SOURCE_KEYS', 's2=', 'SOURCE_KEYS.s2: has no key after the =.'],
    ['LLM_MODEL', 'gpt-5-mini', 'LLM_MODEL: must be provider:name, such as openai:gpt-5-mini.'],
  ])('%s=%s, is refused in words that say how to mend it', (name, value, problem) => {
    expect(() => readConfig({ [name]: value })).toThrow(`correct them in .env or the environment. ${problem}`)
  })

  it('of a language model with a colon in its name, is taken as it is', () => {
    expect(readConfig({ LLM_MODEL: 'ollama:llama3.2:1b' }).LLM_MODEL).toBe('ollama:llama3.2:1b')
  })

  it('left empty, has its default', () => {
    expect(readConfig({ PORT: ' ', LLM_MODEL: '' })).toMatchObject({ PORT: 3000 })
  })
})
