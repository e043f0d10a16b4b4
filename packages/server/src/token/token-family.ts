import type { Client } from '../clients/client.ts'
import type { PresentedRefreshToken } from '../store/store.ts'

/** What to do with a presented refresh token whose client, key and grant hold. */
export type FamilyStep =
  /** This client keeps its token: answer with it unchanged. */
  | { readonly kind: 'keep' }
  /** First use: make the successor. */
  | { readonly kind: 'rotate' }
  /** A repeated request whose first answer may have been lost: reveal the same successor again. */
  | { readonly kind: 'replay'; readonly sealedSuccessor: string }
  /** Used twice beyond doubt: somebody has a copy. */
  | { readonly kind: 'reuse' }

/** The clock and the length of the replay window, in seconds. */
export type FamilyClock = { readonly now: number; readonly replayWindow: number }

/**
 * The next step of a token family. One token has at most one successor; using the successor proves that it arrived and
 * closes the window of its parent at once, so that an older token is always reuse.
 *
 * Spec: TOK-01, TOK-10, TOK-11, THR-16, THR-17, RF-22, BP-02
 */
export const nextFamilyStep = (
  { token, successorUsed }: PresentedRefreshToken,
  client: Client,
  { now, replayWindow }: FamilyClock,
): FamilyStep => {
  if (token.consumedAt === undefined)
    return rotates(client, token.boundKey !== undefined) ? { kind: 'rotate' } : { kind: 'keep' }
  const open = now - token.consumedAt <= replayWindow && replayWindow > 0
  if (!open || successorUsed || token.sealedSuccessor === undefined) return { kind: 'reuse' }
  return { kind: 'replay', sealedSuccessor: token.sealedSuccessor }
}

/** Whether a client's tokens are used once. A token that nothing binds always is, whatever the setting says. Spec: TOK-01 */
const rotates = (client: Client, bound: boolean): boolean =>
  client.refreshRotation === 'all' || (client.auth.method === 'none' && !bound)

/** Whether a token was issued to this client and is shown with the key it is bound to. Spec: TOK-12, TOK-13, RF-05, RFC-05 */
export const belongsTo = (
  { token }: PresentedRefreshToken,
  client: Client,
  shownKeys: readonly string[],
): 'yes' | 'other-client' | 'other-key' => {
  if (token.clientId !== client.id) return 'other-client'
  return token.boundKey === undefined || shownKeys.includes(token.boundKey) ? 'yes' : 'other-key'
}
