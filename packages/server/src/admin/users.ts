import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashPassword } from '../sign-in/local-users.ts'
import type { User } from '../sign-in/user.ts'
import { withoutUndefined } from '../without-undefined.ts'
import { changedRecord, unknownRecord } from './operation.ts'
import type { Operator } from './operator.ts'

const text = z.string().min(1).max(200)

/** A person as an operator writes it. */
export const userDocument = z.strictObject({
  username: text,
  name: text.describe('As shown to the person and in the audit record.'),
  role: z.enum(['patient', 'proxy', 'practitioner']),
  fhir_user: z
    .string()
    .regex(
      /^(Patient|RelatedPerson|Practitioner|PractitionerRole|Person)\/[A-Za-z0-9.-]{1,64}$/,
      'must be like Patient/123',
    )
    .describe('Their own FHIR resource.'),
  patients: z
    .array(z.string().regex(/^[A-Za-z0-9.-]{1,64}$/))
    .default([])
    .describe('Patients they may choose, beside those the directory knows.'),
  locale: z.string().min(2).max(35).optional(),
  email: z.email().optional(),
  upstream: z
    .strictObject({ issuer: z.url(), subject: text })
    .optional()
    .describe('Who they are at an identity provider.'),
})

/** A checked document. */
export type UserDocument = z.infer<typeof userDocument>

/** A person as operators read them: never a password or its hash. */
export const userView = userDocument.extend({
  subject: z.string(),
  state: z.enum(['active', 'disabled']),
  has_password: z.boolean(),
})

/** The shortest password we take. */
const shortestPassword = 8

/** A password as it is given; long ones are welcome, endless ones are not. */
export const passwordText = z.string().min(shortestPassword).max(200)

/** A person with wire names. */
export const formatUser = (user: User): z.infer<typeof userView> => ({
  subject: user.subject,
  username: user.username,
  name: user.name,
  role: user.role,
  fhir_user: user.fhirUser,
  patients: [...user.patients],
  state: user.state,
  has_password: user.passwordHash !== undefined,
  ...withoutUndefined({ locale: user.locale, email: user.email, upstream: user.upstream }),
})

const membersOf = ({ fhir_user: fhirUser, locale, email, upstream, ...rest }: UserDocument) => ({
  ...rest,
  fhirUser,
  ...withoutUndefined({ locale, email, upstream }),
})

/** The entity tag of a person: a digest of what is kept, the password's hash included. */
export const userTag = (user: User): string =>
  createHash('sha256')
    .update(JSON.stringify([formatUser(user), user.passwordHash]))
    .digest('base64url')
    .slice(0, 22)

/** One person. Throws `admin:unknown`. */
export const getUser = async (subject: string, env: Env): Promise<User> => {
  const user = await env.store.users.find(subject)
  if (user === undefined) throw unknownRecord('user')
  return user
}

/** Adds a person under a new `sub`. Throws `admin:exists` when the username or upstream identity is taken. */
export const createUser = async (
  {
    document,
    password,
    operator,
  }: { readonly document: UserDocument; readonly password?: string | undefined; readonly operator: Operator },
  env: Env,
): Promise<User> => {
  const user: User = {
    ...membersOf(document),
    subject: `u_${Buffer.from(env.random(15)).toString('base64url')}`,
    state: 'active',
    ...(password === undefined ? {} : { passwordHash: await hashPassword(password, env) }),
  }
  if ((await env.store.users.create(user)) === 'exists') throw taken()
  recordChange('create-user', user, { operator, env })
  return user
}

const taken = (): OAuthError =>
  new OAuthError('admin:exists', { description: 'The username or upstream identity belongs to someone already.' })

/** Replaces what is known of a person that was read with the tag `seen`. */
export const changeUser = async (
  { subject, seen, document, operator }: { subject: string; seen: string; document: UserDocument; operator: Operator },
  env: Env,
): Promise<User> => {
  const before = await getUser(subject, env)
  if (userTag(before) !== seen) throw changedRecord('user')
  const { passwordHash, state } = before
  const named = await env.store.users.findByUsername(document.username)
  if (named !== undefined && named.subject !== subject) throw taken()
  const next = { ...membersOf(document), subject, state, ...withoutUndefined({ passwordHash }) }
  return save(next, { before, action: 'change-user', operator }, env)
}

/** Enables or disables a person. Disabled, they are signed out everywhere and nothing new is issued for them. */
export const setUserState = async (
  {
    subject,
    state,
    operator,
  }: { readonly subject: string; readonly state: User['state']; readonly operator: Operator },
  env: Env,
): Promise<User> => {
  const before = await getUser(subject, env)
  const user = await save({ ...before, state }, { before, action: `${state}-user`, operator }, env)
  if (state === 'disabled') await env.store.sessions.endAll(subject, env.now())
  return user
}

/** Sets a password; every session of the person ends, because whoever knew the old one may hold one. Spec: TOK-43 */
export const setPassword = async (
  { subject, password, operator }: { readonly subject: string; readonly password: string; readonly operator: Operator },
  env: Env,
): Promise<User> => {
  const before = await getUser(subject, env)
  const next = { ...before, passwordHash: await hashPassword(password, env) }
  const user = await save(next, { before, action: 'set-password', operator }, env)
  await env.store.sessions.endAll(subject, env.now())
  return user
}

/** Signs a person out everywhere; returns how many sessions ended. Spec: TOK-43 */
export const signOutEverywhere = async (
  { subject, operator }: { readonly subject: string; readonly operator: Operator },
  env: Env,
): Promise<number> => {
  const user = await getUser(subject, env)
  recordChange('sign-out-everywhere', user, { operator, env })
  return env.store.sessions.endAll(subject, env.now())
}

const save = async (
  next: User,
  { before, action, operator }: { readonly before: User; readonly action: string; readonly operator: Operator },
  env: Env,
): Promise<User> => {
  if (!(await env.store.users.save(next, before))) throw changedRecord('user')
  recordChange(action, next, { operator, env })
  return next
}

const recordChange = (reason: string, { subject }: User, { operator, env }: { operator: Operator; env: Env }): void =>
  env.audit({ event: 'admin-action', outcome: 'success', reason, subject, actor: operator.name })
