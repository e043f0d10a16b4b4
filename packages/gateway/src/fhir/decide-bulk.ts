import type { Decision } from '../decision.ts'
import { deny, isDenial } from '../denial-reasons.ts'
import { gate } from './cover.ts'
import { get } from './decide-read.ts'
import type { Deciding } from './deciding.ts'
import type { FhirRequest } from './request.ts'

/**
 * What a bulk link leads to, decided with the token presented now: one whose scopes no longer cover a type of the export gets
 * nothing of it. Spec: GW-26
 */
export const decideBulk = (request: Extract<FhirRequest, { interaction: 'bulk' }>, deciding: Deciding): Decision => {
  const { action, target, types } = request
  if (types.some((type) => isDenial(gate('r', type, deciding)))) return deny('not-found')
  const [type = ''] = types
  switch (action) {
    case 'status':
      return { kind: 'allow', call: get(target), filter: { kind: 'manifest', types } }
    case 'cancel':
      return {
        kind: 'allow',
        call: { ...get(target), method: 'DELETE' },
        filter: { kind: 'written', readable: false, restricted: false },
      }
    case 'file':
      return {
        kind: 'allow',
        call: { ...get(target), headers: { accept: 'application/fhir+ndjson' } },
        filter: { kind: 'lines', type },
      }
  }
}
