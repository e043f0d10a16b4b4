import {
  clientDocument,
  createClient,
  formatClient,
  getClient,
  removeClient,
  renewSecret,
  setClientState,
} from '@gatehouse/server/admin'
import { CliError } from './cli-error.ts'
import { type Call, type Command, outputOptions, word } from './command.ts'
import type { Commands } from './help.ts'
import { readJson } from './read-json.ts'
import { formatTime } from './table.ts'
import { withServer } from './with-server.ts'
import type { World } from './world.ts'

const list: Command = {
  summary: 'List registered apps.',
  usage: '',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, show }) => {
      const clients = await env.store.clients.list({ limit: 10_000 })
      show(clients.map(formatClient), {
        ID: (client) => client.client_id,
        NAME: (client) => client.client_name,
        STATE: (client) => client.state,
        SCOPE: (client) => client.scope,
        CHANGED: (client) => formatTime(client.updated_at),
      })
    }),
}

const show: Command = {
  summary: 'Show one app.',
  usage: '<client id>',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, showOne }) => showOne(formatClient(await getClient(word(call, 0), env)))),
}

const add: Command = {
  summary: 'Register an app. Its secret, if it has one, is printed once.',
  usage: '<name>',
  options: {
    ...outputOptions,
    id: { kind: 'text', about: 'the client id (default: one is made)' },
    scope: { kind: 'text', about: 'the most it may ever have, as a scope string' },
    'redirect-uris': { kind: 'text', about: 'where codes go, separated by spaces' },
    'launch-uris': { kind: 'text', about: 'where an EHR opens it, separated by spaces' },
    public: { kind: 'flag', about: 'it keeps no secret: a browser or phone app' },
    'jwks-uri': { kind: 'text', about: 'where its public keys are; it then signs its requests' },
    backend: { kind: 'flag', about: 'it works without a person (client_credentials); needs --jwks-uri' },
    from: { kind: 'text', about: 'read everything from a JSON file instead (RFC 7591 names)' },
  },
  run: async (call, world) => {
    const document = await readDocument(call, world)
    return withServer(call, world, async ({ env, operator, showOne }) => {
      const { client, secret } = await createClient({ id: call.text('id'), document, operator }, env)
      showOne({ ...formatClient(client), ...(secret === undefined ? {} : { client_secret: secret }) })
    })
  },
}

const readDocument = async (call: Call, world: World) => {
  const from = call.text('from')
  const content: unknown = from === undefined ? documentOf(call) : await readJson(from, world)
  const parsed = clientDocument.safeParse(content)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`)
  throw new CliError(
    `this is not an app that can be registered: ${faults.join('; ')}`,
    'See `gatehouse help clients add`.',
  )
}

const documentOf = (call: Call): Readonly<Record<string, unknown>> => {
  const keys = call.text('jwks-uri')
  const uris = (option: string): readonly string[] => call.text(option)?.split(/\s+/) ?? []
  return {
    client_name: word(call, 0),
    scope: call.text('scope'),
    redirect_uris: uris('redirect-uris'),
    launch_uris: uris('launch-uris'),
    token_endpoint_auth_method: authMethod(call),
    grant_types: call.flag('backend') ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    ...(keys === undefined ? {} : { jwks_uri: keys }),
  }
}

const authMethod = (call: Call): string => {
  if (call.flag('public')) return 'none'
  return call.text('jwks-uri') === undefined ? 'client_secret_basic' : 'private_key_jwt'
}

const setState = (state: 'active' | 'suspended' | 'blocked', summary: string): Command => ({
  summary,
  usage: '<client id>',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, operator, showOne }) =>
      showOne(formatClient(await setClientState({ id: word(call, 0), state, operator }, env))),
    ),
})

const newSecret: Command = {
  summary: "Replace an app's secret; the old one stops at once.",
  usage: '<client id>',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, operator, showOne }) => {
      const { client, secret } = await renewSecret({ id: word(call, 0), operator }, env)
      showOne({ client_id: client.id, client_secret: secret })
    }),
}

const remove: Command = {
  summary: 'Remove an app and end all access people gave it.',
  usage: '<client id>',
  options: { ...outputOptions, yes: { kind: 'flag', about: 'yes, for good' } },
  run: (call, world) =>
    withServer(call, world, async ({ env, operator }) => {
      const client = await getClient(word(call, 0), env)
      if (!call.flag('yes'))
        throw new CliError(
          `this would end all access of ${client.display.name} for good`,
          'Say --yes to do it, or use `gatehouse clients suspend`, which can be undone.',
        )
      await removeClient(client, { actor: operator.name }, env)
      world.terminal.print(`Removed ${client.id}.`)
    }),
}

/** `gatehouse clients …` */
export const clientCommands: Commands = {
  'clients list': list,
  'clients show': show,
  'clients add': add,
  'clients activate': setState('active', 'Approve a pending app, or let a paused one work again.'),
  'clients suspend': setState('suspended', 'Pause an app: nothing new is issued, what it holds is cut.'),
  'clients block': setState('blocked', 'Block an app; it cannot look after its own registration either.'),
  'clients new-secret': newSecret,
  'clients remove': remove,
}
