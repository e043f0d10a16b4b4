import { hash } from 'node:crypto'
import { formatScopes, narrow, parseScopes } from '@gatehouse/scopes'
import type { Env } from '../env.ts'
import { assertNever, OAuthError } from '../errors/oauth-error.ts'
import { checkGrant } from '../grants/check-grant.ts'
import type { Grant } from '../grants/grant.ts'
import { optional, required } from '../parameters.ts'
import { hashSecret } from '../secret.ts'
import type { PresentedRefreshToken } from '../store/store.ts'
import { withoutUndefined } from '../without-undefined.ts'
import { activeTtl, recordPresence } from './presence.ts'
import type { Caller, GrantHandler } from './redeemed.ts'
import { looksLikeRefreshToken, newRefreshToken } from './refresh-token-text.ts'
import { openText, sealText } from './seal.ts'
import { belongsTo, nextFamilyStep } from './token-family.ts'
import type { RefreshToken } from './token-records.ts'

/** A refresh token as it was shown: its text, what the store knows of it, and by whom. */
type Shown = { readonly text: string; readonly presented: PresentedRefreshToken; readonly caller: Caller }

/**
 * `grant_type=refresh_token`. Client, key, expiry, guard and scope are checked before anything is written: a request that
 * is refused never costs the rightful holder a token.
 *
 * Spec: RF-05, RF-07, RF-09, RF-10, RF-11, RF-16, TOK-02, TOK-10, TOK-13, TOK-17, IN-05
 */
export const refreshToken: GrantHandler = {
  grantType: 'refresh_token',
  redeem: async (form, caller, env) => {
    const text = required(form, 'refresh_token')
    const presented = await present(text, caller, env)
    const { grant } = presented
    await recordPresence(form, grant, env)
    await checkGrant(grant, caller.client, env)
    const scope = narrowedScope(grant, optional(form, 'scope'))
    const next = await continueFamily({ text, presented, caller }, env)
    const presence = await activeTtl(grant, env)
    return { grant, scope, lifetime: env.config.token.accessToken, refreshToken: next, ...presence }
  },
}

/** Plain on purpose: whoever guesses or stole a token learns nothing about any grant. Spec: AID-21 */
export const unknownRefreshToken = (): OAuthError =>
  new OAuthError('token:refresh-unknown', { description: 'This refresh token is not valid for this client.' })

/** First refresh token of a grant; its text. Spec: TOK-12, TOK-15 */
export const startFamily = async (grant: Grant, caller: Caller, env: Env): Promise<string> => {
  const text = newRefreshToken(env)
  await env.store.tokens.createRefreshToken(recordOf(text, { grant, caller, boundKey: keyToBindTo(caller) }, env))
  return text
}

/** Later than any agreement: a token without end date lives on use, and the guard counts the idle time. */
const noEnd = 253_402_300_799

type Family = { readonly grant: Grant; readonly caller: Caller; readonly boundKey: string | undefined }

const recordOf = (text: string, { grant, caller, boundKey }: Family, env: Env): RefreshToken => ({
  hash: hashSecret(text),
  grantId: grant.id,
  clientId: caller.client.id,
  ...withoutUndefined({ boundKey }),
  issuedAt: env.now(),
  expiresAt: grant.endsAt ?? noEnd,
})

/** A public client's token is bound to the key it showed, an attested one's to its installation; others authenticate. */
const keyToBindTo = ({ client, dpopKey, certificate, attestedKey }: Caller): string | undefined => {
  if (client.auth.method !== 'none') return attestedKey
  return dpopKey ?? (client.certificateBoundAccessTokens ? certificate : undefined)
}

const keysShownBy = ({ dpopKey, certificate, attestedKey }: Caller): readonly string[] =>
  [dpopKey, certificate, attestedKey].filter((key) => key !== undefined)

const present = async (text: string, caller: Caller, env: Env): Promise<PresentedRefreshToken> => {
  const found = looksLikeRefreshToken(text) ? await env.store.tokens.presentRefreshToken(hashSecret(text)) : undefined
  if (found === undefined) throw unknownRefreshToken()
  const belongs = belongsTo(found, caller.client, keysShownBy(caller))
  if (belongs === 'other-client') throw unknownRefreshToken()
  if (belongs === 'other-key')
    throw new OAuthError('token:dpop-invalid', {
      description: 'This refresh token is bound to a key: send a DPoP proof made with it.',
    })
  if (found.token.expiresAt <= env.now())
    throw new OAuthError('token:refresh-expired', {
      description: 'This refresh token has expired. Start a new authorization.',
      members: { error_reason: 'refresh_token_expired' },
    })
  return found
}

/** The asked scope when the grant covers all of it, word by word as asked. Spec: RF-10, RF-11, RFC-05, IN-04, IX-04, THR-35 */
const narrowedScope = (grant: Grant, asked: string | undefined): string => {
  if (asked === undefined) return grant.scope
  const { granted, refused } = narrow(parseScopes(asked), parseScopes(grant.scope))
  if (refused.length > 0 || granted.length === 0)
    throw new OAuthError('token:scope-wider', { description: 'Ask for no more scopes than were granted.' })
  return formatScopes(granted)
}

/** A race is lost at most once: whoever lost finds the winner's successor the next time it looks. */
const mostAttempts = 3

const continueFamily = async (first: Shown, env: Env): Promise<string> => {
  const { text, caller } = first
  let shown: Shown | undefined = first
  for (let attempt = 0; attempt < mostAttempts && shown !== undefined; attempt += 1) {
    const next = await takeStep(shown, env)
    if (next !== 'lost') return next
    const presented = await env.store.tokens.presentRefreshToken(hashSecret(text))
    shown = presented && { text, presented, caller }
    if (presented !== undefined) await checkGrant(presented.grant, caller.client, env)
  }
  throw unknownRefreshToken()
}

const takeStep = async (shown: Shown, env: Env): Promise<string | 'lost'> => {
  const { text, presented, caller } = shown
  const now = env.now()
  const facts = factsOf(shown)
  const step = nextFamilyStep(presented, caller.client, { now, replayWindow: env.config.token.replayWindow })
  switch (step.kind) {
    case 'keep':
      await env.store.grants.touch(presented.grant.id, now)
      env.audit({ ...facts, event: 'token-refreshed', outcome: 'success' })
      return text
    case 'rotate':
      return rotate(shown, env)
    case 'replay':
      env.audit({ ...facts, event: 'refresh-replayed', outcome: 'success' })
      return openText(step.sealedSuccessor, successorKey(text))
    case 'reuse':
      throw await breach(shown, env)
    default:
      return assertNever(step)
  }
}

const rotate = async (shown: Shown, env: Env): Promise<string | 'lost'> => {
  const { text, presented, caller } = shown
  const next = newRefreshToken(env)
  const sealed = sealText(next, successorKey(text), env.random(12))
  const boundKey = presented.token.boundKey ?? keyToBindTo(caller)
  const successor = recordOf(next, { grant: presented.grant, caller, boundKey }, env)
  const outcome = await env.store.tokens.rotateRefreshToken(hashSecret(text), { successor, sealed }, env.now())
  if (outcome === 'lost') return 'lost'
  env.audit({ ...factsOf(shown), event: 'token-refreshed', outcome: 'success' })
  return next
}

/** Somebody has a copy of the token, and nobody can say who: the agreement ends for both. Spec: TOK-42, BP-02 */
const breach = async (shown: Shown, env: Env): Promise<OAuthError> => {
  const reason = 'refresh_token_reuse'
  await env.store.grants.end(shown.presented.grant.id, { state: 'revoked', reason }, env.now())
  env.audit({ ...factsOf(shown), event: 'refresh-reused', outcome: 'refused' })
  return new OAuthError('token:refresh-reused', {
    description: 'This refresh token was used before, so access was ended. Start a new authorization.',
    members: { error_reason: 'grant_revoked', suspension: { reasons: [reason] } },
  })
}

const factsOf = ({ presented: { grant }, caller }: Shown) => ({
  clientId: caller.client.id,
  grantId: grant.id,
  subject: grant.subject,
})

/**
 * The key only a holder of the old token can make. One hash derives it: the token has 256 random bits, and the store knows
 * it by another hash.
 */
const successorKey = (text: string): Uint8Array => hash('sha256', `successor of ${text}`, 'buffer')
