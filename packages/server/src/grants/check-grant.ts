import type { Client } from '../clients/client.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { User } from '../sign-in/user.ts'
import type { Grant } from './grant.ts'
import { type GuardAnswer, guard, isBackend, suspensionKinds } from './guard.ts'

/**
 * Loads what the guard looks at, asks it, and writes down what time has brought about (unused, expired), so that the next
 * reader of the grant sees it too. No probe and no other network: the directory alone may be asked, and only about another person's record.
 */
export const askGuard = async (grant: Grant, client: Client | undefined, env: Env): Promise<GuardAnswer> => {
  const user = isBackend(grant) ? undefined : await env.store.users.find(grant.subject)
  const now = env.now()
  const online = grant.access === 'online' && grant.sessionId !== undefined
  const answer = guard({
    grant,
    client: await judgedClient(client, grant, env),
    user,
    session: online ? await env.store.sessions.find(grant.sessionId, now) : undefined,
    mayActForPatient: await mayActForPatient(grant, user, env),
    now,
    limits: env.config.token,
  })
  if (answer.kind === 'refused' && answer.record !== undefined) await writeDown(grant, answer.record, env)
  return answer
}

/** A device stands and falls with its app: while the device itself is active, the app is judged. Spec: TOK-33 */
const judgedClient = async (client: Client | undefined, grant: Grant, env: Env): Promise<Client | undefined> => {
  if (client?.device === undefined || client.state !== 'active') return client
  return client.device.grantId === grant.id ? findClient(grant.clientId, env) : undefined
}

/** The same as a duty: throws the `OAuthError` the client is told. Spec: AID-21, AID-27 */
export const checkGrant = async (grant: Grant, client: Client | undefined, env: Env): Promise<void> => {
  const answer = await askGuard(grant, client, env)
  if (answer.kind === 'refused') throw grantError(answer)
}

/** Staff stand to no single patient, and one's own record stays one's own; every other right can end, whatever one's role. Spec: THR-38 */
const mayActForPatient = async (grant: Grant, user: User | undefined, env: Env): Promise<boolean> => {
  const { patient } = grant.context
  if (user === undefined || patient === undefined) return true
  if (user.role === 'practitioner' || user.fhirUser === `Patient/${patient}`) return true
  const relations = await Promise.all(grant.audience.map((audience) => env.directory.relation(user, audience, patient)))
  return relations.every((relation) => relation !== undefined)
}

type Refused = Extract<GuardAnswer, { kind: 'refused' }>

const writeDown = async (grant: Grant, record: NonNullable<Refused['record']>, env: Env): Promise<void> => {
  const { id } = grant
  const now = env.now()
  if (record.state === 'suspended') await env.store.grants.suspend(id, record.reason, now)
  else await env.store.grants.end(id, { state: 'expired', reason: record.reason }, now)
}

const descriptions: Readonly<Record<Refused['reason'], string>> = {
  'grant:revoked': 'Access was ended. Start a new authorization if the person still wants to share.',
  'grant:expired': 'The agreed time is over. Start a new authorization if the person still wants to share.',
  'grant:suspended': 'Access is paused. Keep the refresh token and show error_uri to the person; it may work again.',
  'grant:session-ended': 'The session this token was bound to has ended. Start a new authorization.',
  'grant:user-disabled': 'The user can no longer sign in here.',
  'grant:proxy-ended': 'The user may no longer act for this patient.',
  'grant:client-blocked': 'This app is blocked by the operator. Keep the refresh token; it may work again.',
}

const errorReasons: Readonly<Record<Refused['reason'], string>> = {
  'grant:revoked': 'grant_revoked',
  'grant:expired': 'refresh_token_expired',
  'grant:suspended': 'grant_suspended',
  'grant:session-ended': 'session_ended',
  'grant:user-disabled': 'grant_revoked',
  'grant:proxy-ended': 'grant_revoked',
  'grant:client-blocked': 'grant_suspended',
}

/** Seconds after which it is worth asking again, for pauses that may end without the person. */
const retryAfter: Readonly<Record<string, number | null>> = { hygiene: 3600, user: 10 }

/** Refusal → error with the members a client can act on. Spec: AID-21, app-identity §10.1 */
const grantError = (refusal: Refused): OAuthError => {
  const kind = refusal.paused === undefined ? undefined : suspensionKinds[refusal.paused]
  const wait = kind === undefined ? null : (retryAfter[kind] ?? null)
  const suspension =
    kind === undefined
      ? refusal.ended !== undefined && { reasons: [refusal.ended] }
      : {
          kind,
          reasons: [refusal.paused],
          user_action_required: kind === 'identity' || kind === 'unused',
          retry_after: wait,
        }
  return new OAuthError(refusal.reason, {
    description: descriptions[refusal.reason],
    members: { error_reason: errorReasons[refusal.reason], ...(suspension && { suspension }) },
    ...(wait === null ? {} : { headers: { 'retry-after': String(wait) } }),
  })
}
