/** The dialects that there are. */
import { aiSdk } from './ai-sdk.js'
import type { Dialect } from './dialect.js'
import { native } from './native.js'
import { openAi } from './openai.js'

export const DIALECTS: readonly Dialect[] = [native, openAi, aiSdk]
