import type { Denial } from './denial-reasons.ts'
import type { Filter } from './fhir/filter-plan.ts'
import type { Resource } from './fhir/json.ts'
import type { UpstreamCall } from './upstream-call.ts'
import type { Want } from './wants.ts'

/** Allow and how to judge the answer; finish without the upstream; refuse; or say what has to be looked up first. */
export type Decision =
  | { readonly kind: 'allow'; readonly call: UpstreamCall; readonly filter: Filter }
  | { readonly kind: 'done'; readonly status: number; readonly resource?: Resource; readonly written?: Resource }
  | { readonly kind: 'look-up'; readonly wants: readonly Want[] }
  | Denial
