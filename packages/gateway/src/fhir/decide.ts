import { assertNever } from '../assert-never.ts'
import type { Decision } from '../decision.ts'
import { deny } from '../denial-reasons.ts'
import { decideHistory, decideRead, decideVersion } from './decide-read.ts'
import { decideSearch } from './decide-search.ts'
import type { Deciding } from './deciding.ts'
import type { FhirRequest } from './request.ts'

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
