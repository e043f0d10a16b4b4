import { discovery } from './work/discovery.ts'
import { gatewayRead, gatewaySearch } from './work/gateway.ts'
import { introspect } from './work/introspect.ts'
import { refresh } from './work/refresh.ts'
import { token, tokenEs384 } from './work/token.ts'
import type { Work } from './work.ts'

/** Everything that is measured, in the order it is run when none is named. */
export const works: readonly Work[] = [token, tokenEs384, refresh, introspect, discovery, gatewayRead, gatewaySearch]
