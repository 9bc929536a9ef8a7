/** Starts `draw.ts` in a worker: a thread does not inherit the loader of TypeScript. */
import { register } from 'tsx/esm/api'

register()
await import('./draw.ts')
