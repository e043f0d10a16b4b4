import { z } from 'zod'
import { removeClient } from '../clients/remove-client.ts'
import { clientDocument, clientView, formatClient } from './client-document.ts'
import {
  type ClientAndSecret,
  changeClient,
  clientTag,
  createClient,
  getClient,
  renewSecret,
  setClientState,
} from './clients.ts'
import { type MountedOperation, type OperationResult, operation, pageOf, pageQuery } from './operation.ts'

const withSecret = clientView.extend({
  client_secret: z.string().optional().describe('Told once, when it was made; we keep only its hash.'),
})

const answer = ({ client, secret }: ClientAndSecret): OperationResult => ({
  body: secret === undefined ? formatClient(client) : { ...formatClient(client), client_secret: secret },
  etag: clientTag(client),
})

const idMember = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')

/** Clients in the operators' map. */
export const clientOperations: readonly MountedOperation[] = [
  operation(
    {
      ...{ method: 'GET', path: '/clients', role: 'viewer', summary: 'Registered clients, by id.', success: 200 },
      query: pageQuery,
      answer: z.object({ records: z.array(clientView), next: z.string().optional() }),
    },
    async ({ query: { after, limit } }, env) => {
      const clients = await env.store.clients.list(after === undefined ? { limit } : { after, limit })
      const { records, ...rest } = pageOf(clients, limit, ({ id }) => id)
      return { body: { records: records.map(formatClient), ...rest } }
    },
  ),
  operation(
    {
      ...{ method: 'POST', path: '/clients', role: 'admin', summary: 'Register a client.', success: 201 },
      body: clientDocument.extend({ client_id: idMember.optional().describe('Absent: one is made.') }),
      answer: withSecret,
    },
    async ({ body: { client_id: id, ...document }, operator }, env) =>
      answer(await createClient({ id, document, operator }, env)),
  ),
  operation(
    { method: 'GET', path: '/clients/:id', role: 'viewer', summary: 'One client.', success: 200, answer: clientView },
    async ({ id }, env) => answer({ client: await getClient(id, env) }),
  ),
  operation(
    {
      ...{ method: 'PUT', path: '/clients/:id', role: 'admin', summary: 'Replace what is known of a client.' },
      ...{ success: 200, conditional: true, body: clientDocument, answer: withSecret },
    },
    async ({ id, body: document, operator, seen }, env) =>
      answer(await changeClient({ id, seen, document, operator }, env)),
  ),
  operation(
    {
      ...{ method: 'POST', path: '/clients/:id/state', role: 'support', summary: 'Approve, pause or block a client.' },
      ...{
        success: 200,
        body: z.strictObject({ state: z.enum(['active', 'suspended', 'blocked']) }),
        answer: clientView,
      },
    },
    async ({ id, body: { state }, operator }, env) =>
      answer({ client: await setClientState({ id, state, operator }, env) }),
  ),
  operation(
    {
      ...{ method: 'POST', path: '/clients/:id/secret', role: 'admin', summary: 'Replace the secret of a client.' },
      ...{ success: 200, answer: withSecret },
    },
    async ({ id, operator }, env) => answer(await renewSecret({ id, operator }, env)),
  ),
  operation(
    {
      ...{ method: 'DELETE', path: '/clients/:id', role: 'admin', success: 204 },
      summary: 'Remove a client and end every grant it has.',
    },
    async ({ id, operator }, env) => {
      await removeClient(await getClient(id, env), { actor: operator.name }, env)
      return {}
    },
  ),
]
