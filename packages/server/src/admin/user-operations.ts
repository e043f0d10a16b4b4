import { z } from 'zod'
import type { User } from '../sign-in/user.ts'
import { type MountedOperation, type OperationResult, operation, pageOf, pageQuery } from './operation.ts'
import {
  changeUser,
  createUser,
  formatUser,
  getUser,
  passwordText,
  setPassword,
  setUserState,
  signOutEverywhere,
  userDocument,
  userTag,
  userView,
} from './users.ts'

const answer = (user: User): OperationResult => ({ body: formatUser(user), etag: userTag(user) })

/** People in the operators' map. */
export const userOperations: readonly MountedOperation[] = [
  operation(
    {
      ...{ method: 'GET', path: '/users', role: 'viewer', summary: 'People, by subject.', success: 200 },
      query: pageQuery.extend({ username: z.string().optional().describe('Only the one of this name.') }),
      answer: z.object({ records: z.array(userView), next: z.string().optional() }),
    },
    async ({ query: { after, limit, username } }, env) => {
      if (username !== undefined) {
        const user = await env.store.users.findByUsername(username)
        return { body: { records: user === undefined ? [] : [formatUser(user)] } }
      }
      const users = await env.store.users.list(after === undefined ? { limit } : { after, limit })
      const { records, ...rest } = pageOf(users, limit, ({ subject }) => subject)
      return { body: { records: records.map(formatUser), ...rest } }
    },
  ),
  operation(
    {
      ...{ method: 'POST', path: '/users', role: 'admin', summary: 'Add a person.', success: 201 },
      body: userDocument.extend({ password: passwordText.optional() }),
      answer: userView,
    },
    async ({ body: { password, ...document }, operator }, env) =>
      answer(await createUser({ document, password, operator }, env)),
  ),
  operation(
    { method: 'GET', path: '/users/:id', role: 'viewer', summary: 'One person.', success: 200, answer: userView },
    async ({ id }, env) => answer(await getUser(id, env)),
  ),
  operation(
    {
      ...{ method: 'PUT', path: '/users/:id', role: 'admin', summary: 'Replace what is known of a person.' },
      ...{ success: 200, conditional: true, body: userDocument, answer: userView },
    },
    async ({ id: subject, seen, body: document, operator }, env) =>
      answer(await changeUser({ subject, seen, document, operator }, env)),
  ),
  operation(
    {
      ...{ method: 'POST', path: '/users/:id/state', role: 'support', summary: 'Enable or disable a person.' },
      ...{ success: 200, body: z.strictObject({ state: z.enum(['active', 'disabled']) }), answer: userView },
    },
    async ({ id: subject, body: { state }, operator }, env) =>
      answer(await setUserState({ subject, state, operator }, env)),
  ),
  operation(
    {
      ...{ method: 'POST', path: '/users/:id/password', role: 'admin', success: 200 },
      summary: 'Set a password; every session of the person ends.',
      body: z.strictObject({ password: passwordText }),
      answer: userView,
    },
    async ({ id: subject, body: { password }, operator }, env) =>
      answer(await setPassword({ subject, password, operator }, env)),
  ),
  operation(
    {
      ...{ method: 'POST', path: '/users/:id/sign-out', role: 'support', summary: 'Sign a person out everywhere.' },
      ...{ success: 200, answer: z.object({ sessions: z.int() }) },
    },
    async ({ id: subject, operator }, env) => ({
      body: { sessions: await signOutEverywhere({ subject, operator }, env) },
    }),
  ),
]
