import type { InteractionLetter } from '@gatehouse/scopes'
import type { Decision } from '../decision.ts'
import { deny, isDenial } from '../denial-reasons.ts'
import { matchCriteria } from './conditional.ts'
import { gate } from './cover.ts'
import { decidePatch } from './decide-patch.ts'
import { alone, decideCreate, decideDelete, decideUpdate, type Together } from './decide-write.ts'
import type { Deciding } from './deciding.ts'
import type { FhirRequest } from './request.ts'

/** A write whose target is named by criteria. */
export type Conditional = Extract<
  FhirRequest,
  { interaction: 'conditional-update' | 'conditional-patch' | 'conditional-delete' }
>

const letters = {
  'conditional-update': 'u',
  'conditional-patch': 'u',
  'conditional-delete': 'd',
} as const satisfies Readonly<Record<Conditional['interaction'], InteractionLetter>>

/**
 * Conditional writes: the criteria are resolved here, narrowed, to one instance, and the rest is the plain interaction on it.
 * No hit and a hit on somebody else's record are the same thing. Spec: GW-14
 */
export const decideConditional = (request: Conditional, deciding: Deciding, together: Together = alone): Decision => {
  const { type } = request
  const open = gate(letters[request.interaction], type, deciding)
  if (isDenial(open)) return open
  const match = matchCriteria(type, request.criteria, deciding)
  switch (match.kind) {
    case 'deny':
    case 'look-up':
      return match
    case 'several':
      return deny('several-matches')
    case 'none':
      return request.interaction === 'conditional-update'
        ? createInstead(request, deciding, together)
        : deny('not-found')
    case 'one':
      return onMatch(request, String(match.resource.id), { deciding, together })
  }
}

/** No hit: the body becomes a new resource, if the token may create one; a chosen id is not taken over. */
const createInstead = (
  request: Extract<Conditional, { interaction: 'conditional-update' }>,
  deciding: Deciding,
  together: Together,
): Decision => {
  const { type, criteria, body } = request
  if (body.id !== undefined) return deny('malformed-body', { about: 'id' })
  return decideCreate({ interaction: 'create', type, body, ifNoneExist: criteria }, deciding, together)
}

type At = { readonly deciding: Deciding; readonly together: Together }

const onMatch = (request: Conditional, id: string, { deciding, together }: At): Decision => {
  const { type } = request
  switch (request.interaction) {
    case 'conditional-update':
      if (request.body.id !== undefined && request.body.id !== id) return deny('malformed-body', { about: 'id' })
      return decideUpdate({ interaction: 'update', type, id, body: { ...request.body, id } }, deciding, together)
    case 'conditional-patch':
      return decidePatch({ interaction: 'patch', type, id, patch: request.patch }, deciding, together)
    case 'conditional-delete':
      return decideDelete({ interaction: 'delete', type, id }, deciding)
  }
}
