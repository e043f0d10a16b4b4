import type { RawBody } from './request-body.ts'
import type { FhirPath } from './request-path.ts'

/** What a FHIR request is read from: an HTTP request, or the entry of a Bundle. `header` gives a header's single value. */
export type RawRequest = {
  readonly method: string
  readonly path: FhirPath
  readonly query: string
  readonly header: (name: string) => string | undefined
  readonly body: RawBody
}

/** Whether the method reads: HEAD is GET without a body. */
export const isRead = ({ method }: RawRequest): boolean => method === 'GET' || method === 'HEAD'
