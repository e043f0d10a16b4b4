import { openClientKeyring } from './clients/client-keys.ts'
import { openGuessLimit } from './clients/guess-limit.ts'
import { openPublished } from './discovery/published.ts'
import type { Effects } from './effects.ts'
import type { Env } from './env.ts'
import { openSigningKeys } from './token/keys.ts'

/** Effects → Env: the signing keys are read or made, the memories of this process start empty. The store must be migrated. */
export const openEnv = async (effects: Effects): Promise<Env> => ({
  ...effects,
  keys: await openSigningKeys(effects),
  published: await openPublished(effects),
  clientKeys: openClientKeyring(effects),
  guesses: openGuessLimit(effects),
})
