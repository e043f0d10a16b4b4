import type { Judging } from './judging.ts'
import type { Prefer } from './request.ts'
import type { Capabilities } from './search-context.ts'

/** Everything a decision may look at. Nothing here is fetched while deciding: what is missing is asked for as a want. */
export type Deciding = Judging & { readonly capabilities: Capabilities; readonly prefer: Prefer }
