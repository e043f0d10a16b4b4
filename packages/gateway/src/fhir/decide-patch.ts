import type { Decision } from '../decision.ts'
import { deny, isDenial } from '../denial-reasons.ts'
import { coversAll, gate } from './cover.ts'
import { alone, currentOf, decideUpdate, isDecision, type Together } from './decide-write.ts'
import type { Deciding } from './deciding.ts'
import { isResource } from './json.ts'
import { applyJsonPatch } from './patch.ts'
import type { FhirRequest } from './request.ts'

type Patch = Extract<FhirRequest, { interaction: 'patch' }>

const mediaTypes = { 'json-patch': 'application/json-patch+json', fhirpath: 'application/fhir+json' } as const

/**
 * Patch. Where anything is judged, it is applied here to the version that was read and stored as an update with `If-Match`:
 * what was checked is what is stored. FHIRPath Patch would have to be evaluated, so it only passes where nothing is judged.
 * Spec: SC-04, GW-15
 */
export const decidePatch = (request: Patch, deciding: Deciding, together: Together = alone): Decision => {
  const { type, id, patch, ifMatch } = request
  const open = gate('u', type, deciding)
  if (isDenial(open)) return open
  if (coversAll(open, deciding)) return passOn(request, deciding)
  if (patch.format !== 'json-patch') return deny('unsupported-media-type')
  const current = currentOf(request, 'u', deciding)
  if (isDecision(current)) return current
  if (current === 'absent') return deny('not-found')
  const body = applyJsonPatch(current, patch.operations)
  if (body === undefined) return deny('patch-failed')
  if (!isResource(body) || body.resourceType !== type || body.id !== id)
    return deny('interaction-not-allowed', { about: 'id' })
  const update = { interaction: 'update', type, id, body, ...(ifMatch !== undefined && { ifMatch }) } as const
  return decideUpdate(update, deciding, together)
}

const passOn = ({ type, id, patch, ifMatch }: Patch, deciding: Deciding): Decision => {
  const readable = !isDenial(gate('r', type, deciding)) && deciding.prefer.return !== 'minimal'
  return {
    kind: 'allow',
    call: {
      method: 'PATCH',
      path: `${type}/${id}`,
      parameters: [],
      headers: {
        prefer: `return=${readable ? 'representation' : 'minimal'}`,
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
      contentType: mediaTypes[patch.format],
      body: patch.format === 'json-patch' ? patch.operations : patch.resource,
    },
    filter: { kind: 'written', readable, restricted: false },
  }
}
