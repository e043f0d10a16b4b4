import { narrow, parseScopes, type Scope } from '@gatehouse/scopes'
import type { Client } from '../clients/client.ts'
import type { VerifiedRequest } from './interaction.ts'

/** What of a request may be put before the user, and whether some of it needs a patient. */
export type Offer = {
  /** In the order and spelling asked; empty when nothing may be given. */
  readonly scopes: readonly Scope[]
  readonly refused: readonly { readonly scope: Scope; readonly reason: string }[]
}

/**
 * The most this client may be given by a person: asked ∩ registered, without what no person can give. `system/` is the
 * client's own authority, bare `launch` means something only with a launch, and a scope of an unknown vocabulary has no
 * words to ask with. What the person themselves may see is not decided here: scopes only delegate, and the gateway
 * enforces the person's reach. Pure.
 *
 * Spec: SC-21, SC-22, SC-24, SC-25, CX-07, CX-10, IX-15, CON-10
 */
export const offerTo = (client: Pick<Client, 'scope'>, request: Pick<VerifiedRequest, 'scope' | 'launch'>): Offer => {
  const { granted, refused } = narrow(parseScopes(request.scope), parseScopes(client.scope))
  const grantable = granted.filter((scope) => isForPeople(scope, request))
  const dropped = granted.filter((scope) => !grantable.includes(scope))
  return {
    scopes: grantable,
    refused: [...refused, ...dropped.map((scope) => ({ scope, reason: 'not-for-people' }))],
  }
}

const isForPeople = (scope: Scope, request: Pick<VerifiedRequest, 'launch'>): boolean => {
  switch (scope.kind) {
    case 'resource':
      return scope.level !== 'system'
    case 'launch':
      return scope.context !== undefined || request.launch !== undefined
    case 'identity':
    case 'offline':
      return true
    case 'other':
    case 'malformed':
      return false
  }
}

/** Without a patient there is nothing a `patient/` scope could mean. Spec: IX-16, SC-18 */
export const withoutPatientScopes = (scopes: readonly Scope[]): readonly Scope[] =>
  scopes.filter((scope) => !(scope.kind === 'resource' && scope.level === 'patient'))

/** Whether anything is left that is worth a grant: context and offline access alone give nothing. Spec: IN-03 */
export const isWorthGranting = (scopes: readonly Scope[]): boolean =>
  scopes.some((scope) => scope.kind === 'resource' || scope.kind === 'identity')
