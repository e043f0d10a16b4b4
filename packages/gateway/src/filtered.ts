import type { Answer } from './answer.ts'
import { assertNever } from './assert-never.ts'
import { forwardExport, forwardLines, forwardManifest } from './bulk.ts'
import { forwardContent } from './content.ts'
import type { FhirRequest } from './fhir/request.ts'
import { type Forwarding, forwardInstance, forwardPass } from './forward.ts'
import { forwardPage } from './pages.ts'
import { forwardTransaction } from './transaction.ts'
import { forwardTerminology, forwardWritten } from './written.ts'

/** Sends an allowed request and judges the answer as was decided. A filter that cannot do its work denies. */
export const forward = (
  forwarding: Forwarding,
  from: { readonly request: FhirRequest; readonly offset: number },
): Promise<Answer> => {
  const { filter } = forwarding.allowed
  switch (filter.kind) {
    case 'pass':
      return forwardPass(forwarding)
    case 'instance':
      return forwardInstance(filter, forwarding)
    case 'page':
      return forwardPage(filter.plan, forwarding, from)
    case 'written':
      return forwardWritten(filter, forwarding)
    case 'transaction':
      return forwardTransaction(filter, forwarding)
    case 'terminology':
      return forwardTerminology(forwarding)
    case 'content':
      return forwardContent(forwarding)
    case 'export':
      return forwardExport(filter.types, forwarding)
    case 'manifest':
      return forwardManifest(filter.types, forwarding)
    case 'lines':
      return forwardLines(filter.type, forwarding)
    default:
      return assertNever(filter)
  }
}
