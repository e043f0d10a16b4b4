import { openBulk } from './bulk.ts'
import type { Exchange } from './exchange.ts'
import type { FhirRequest } from './fhir/request.ts'
import { openPage, type Resume } from './pages.ts'

/** A request as it is decided, and where to go on when it came as a page link. */
export type Unsealed = { readonly request: FhirRequest; readonly resume?: Resume }

/** What a sealed link stands for; any other request stands for itself. `undefined`: the link is not theirs to open. */
export const unsealRequest = (request: FhirRequest, exchange: Exchange): Unsealed | undefined => {
  switch (request.interaction) {
    case 'page': {
      const resume = openPage(request.sealed, exchange)
      return resume && { request: resume.request, resume }
    }
    case 'export-status':
    case 'export-cancel': {
      const bulk = openBulk(request, exchange)
      return bulk && { request: bulk }
    }
    default:
      return { request }
  }
}
