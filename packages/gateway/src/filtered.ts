import type { Answer } from './answer.ts'
import { assertNever } from './assert-never.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { FhirRequest } from './fhir/request.ts'
import { type Forwarding, forwardInstance, forwardPass } from './forward.ts'
import { forwardPage } from './pages.ts'

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
    case 'terminology':
    case 'content':
      throw new DeniedError(deny('interaction-not-allowed'))
    default:
      return assertNever(filter)
  }
}
