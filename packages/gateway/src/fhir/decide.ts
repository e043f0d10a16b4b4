import { assertNever, type Decision } from '../decision.ts'
import { deny } from '../denial-reasons.ts'
import type { Judging } from './cover.ts'
import { decideHistory, decideRead, decideVersion } from './decide-read.ts'
import { decideSearch } from './decide-search.ts'
import type { FhirRequest, Prefer } from './request.ts'
import type { Capabilities } from './search-context.ts'

/** Everything a decision may look at. Nothing here is fetched while deciding: what is missing is asked for as a want. */
export type Deciding = Judging & { readonly capabilities: Capabilities; readonly prefer: Prefer }

/**
 * THE HEART: may this token do this, and if so what exactly is sent and how is the answer judged?
 *
 * Pure. Order of checks: type and interaction covered at all (403, before anything is looked up), then parameters and body,
 * then what depends on stored data (404, the same for absent and foreign). Spec: AL-79, SC-11, IX-17
 */
export const decide = (request: FhirRequest, deciding: Deciding): Decision => {
  switch (request.interaction) {
    case 'read':
      return decideRead(request, deciding)
    case 'vread':
      return decideVersion(request, deciding)
    case 'history-instance':
    case 'history-type':
    case 'history-system':
      return decideHistory(request, deciding)
    case 'search':
      return decideSearch(request, deciding)
    case 'search-system':
    case 'search-compartment':
      return deny('interaction-not-allowed', { about: request.interaction })
    case 'create':
    case 'update':
    case 'patch':
    case 'delete':
    case 'conditional-update':
    case 'conditional-patch':
    case 'conditional-delete':
    case 'upload':
    case 'batch':
    case 'transaction':
    case 'operation':
    case 'export-status':
    case 'export-cancel':
    case 'export-file':
    case 'page':
      return deny('interaction-not-allowed', { about: request.interaction })
    default:
      return assertNever(request)
  }
}
