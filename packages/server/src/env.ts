import type { ClientKeyring } from './clients/client-keys.ts'
import type { GuessLimit } from './clients/guess-limit.ts'
import type { Published } from './discovery/published.ts'
import type { Effects } from './effects.ts'
import type { SigningKeys } from './token/keys.ts'

export type { Effects, Fetched, FetchOptions, LogFields } from './effects.ts'

/** Everything an endpoint can do to the world. `openEnv` adds to the effects what this server keeps in memory on top of them. */
export type Env = Effects & {
  readonly keys: SigningKeys
  readonly published: Published
  readonly clientKeys: ClientKeyring
  readonly guesses: GuessLimit
}
