import { z } from 'zod'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Grant } from '../grants/grant.ts'
import { withoutUndefined } from '../without-undefined.ts'
import { type MountedOperation, operation, unknownRecord } from './operation.ts'
import type { Operator } from './operator.ts'

/** A grant as operators see it: what was agreed and how it stands, no secret and nothing clinical. */
const grantView = z.object({
  id: z.string(),
  client_id: z.string(),
  subject: z.string(),
  state: z.enum(['active', 'suspended', 'revoked', 'expired']),
  state_reason: z.string().optional(),
  scope: z.string(),
  audience: z.array(z.string()),
  access: z.enum(['once', 'online', 'offline']),
  patient: z.string().optional(),
  encounter: z.string().optional(),
  created_at: z.int(),
  last_used_at: z.int(),
  ends_at: z.int().optional(),
})

/** A grant with wire names. */
export const formatGrant = (grant: Grant): z.infer<typeof grantView> => ({
  id: grant.id,
  client_id: grant.clientId,
  subject: grant.subject,
  state: grant.state,
  scope: grant.scope,
  audience: [...grant.audience],
  access: grant.access,
  created_at: grant.createdAt,
  last_used_at: grant.lastUsedAt,
  ...withoutUndefined({
    state_reason: grant.stateReason,
    patient: grant.context.patient,
    encounter: grant.context.encounter,
    ends_at: grant.endsAt,
  }),
})

/** Whose grants are asked for: of one person or of one client. */
export type GrantFilter = { readonly subject?: string | undefined; readonly client_id?: string | undefined }

/** The grants of a person or a client. Throws `admin:invalid` unless exactly one of them is named. */
export const listGrants = async (
  { subject, client_id: clientId }: GrantFilter,
  env: Env,
): Promise<readonly Grant[]> => {
  if (subject !== undefined && clientId === undefined) return env.store.grants.listBySubject(subject)
  if (clientId !== undefined && subject === undefined) return env.store.grants.listByClient(clientId)
  throw new OAuthError('admin:invalid', { description: 'Name either a subject or a client_id.' })
}

/** One grant. Throws `admin:unknown`. */
export const getGrant = async (id: string, env: Env): Promise<Grant> => {
  const grant = await env.store.grants.find(id)
  if (grant === undefined) throw unknownRecord('grant')
  return grant
}

/** What an operator can do to a grant. */
export type GrantAction = 'revoke' | 'suspend' | 'resume'

const states = { revoke: 'revoked', suspend: 'suspended', resume: 'active' } as const
const events = { revoke: 'grant-ended', suspend: 'grant-suspended', resume: 'grant-resumed' } as const

/**
 * Ends, pauses or resumes a grant. Doing again what is done changes nothing; what the state forbids is `admin:state`.
 * Refresh and introspection fail at once, gateways follow the cut. Spec: TOK-40, TOK-41
 */
export const actOnGrant = async (
  { id, action, operator }: { readonly id: string; readonly action: GrantAction; readonly operator: Operator },
  env: Env,
): Promise<Grant> => {
  const done = await writeAction(id, action, env)
  const grant = await getGrant(id, env)
  if (!done && grant.state !== states[action])
    throw new OAuthError('admin:state', { description: `A grant that is ${grant.state} cannot be changed so.` })
  if (done)
    env.audit({
      event: events[action],
      outcome: 'success',
      clientId: grant.clientId,
      subject: grant.subject,
      grantId: id,
      actor: operator.name,
    })
  return grant
}

const writeAction = (id: string, action: GrantAction, { store, now }: Env): Promise<boolean> => {
  switch (action) {
    case 'revoke':
      return store.grants.end(id, { state: 'revoked', reason: 'revoked_by_operator' }, now())
    case 'suspend':
      return store.grants.suspend(id, 'blocked_by_admin', now())
    case 'resume':
      return store.grants.resume(id, {}, now())
  }
}

const act = (action: GrantAction, summary: string): MountedOperation =>
  operation(
    { method: 'POST', path: `/grants/:id/${action}`, role: 'support', summary, success: 200, answer: grantView },
    async ({ id, operator }, env) => ({ body: formatGrant(await actOnGrant({ id, action, operator }, env)) }),
  )

const filter = z.strictObject({ subject: z.string().min(1).optional(), client_id: z.string().min(1).optional() })

/** Grants in the operators' map. */
export const grantOperations: readonly MountedOperation[] = [
  operation(
    {
      method: 'GET',
      path: '/grants',
      role: 'viewer',
      summary: 'Grants of one person or one client.',
      success: 200,
      query: filter,
      answer: z.object({ records: z.array(grantView) }),
    },
    async ({ query, operator }, env) => {
      const records = await listGrants(query, env)
      env.audit({
        event: 'admin-action',
        outcome: 'success',
        reason: 'list-grants',
        actor: operator.name,
        ...subjectOf(query),
      })
      return { body: { records: records.map(formatGrant) } }
    },
  ),
  operation(
    { method: 'GET', path: '/grants/:id', role: 'viewer', summary: 'One grant.', success: 200, answer: grantView },
    async ({ id }, env) => ({ body: formatGrant(await getGrant(id, env)) }),
  ),
  act('revoke', 'End a grant for good.'),
  act('suspend', 'Pause a grant; its refresh token is kept and works again after resuming.'),
  act('resume', 'Resume a grant that was paused.'),
]

const subjectOf = ({ subject }: GrantFilter) => (subject === undefined ? {} : { subject })
