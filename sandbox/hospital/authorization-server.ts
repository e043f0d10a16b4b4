import type { RequestListener } from 'node:http'
import {
  allowInsecureHttp,
  type Config,
  type ConfigInput,
  type Effects,
  openEnv,
  parseConfig,
  publicApp,
  startJobs,
} from '@gatehouse/server'
import { allowAnyDestination } from '@gatehouse/server/outbound'
import { openEffects } from '../../packages/cli/src/real-env/server-env.ts'
import type { Client } from '../../packages/server/src/clients/client.ts'
import { hashPassword } from '../../packages/server/src/sign-in/local-users.ts'
import type { Role } from '../../packages/server/src/sign-in/user.ts'
import type { Addresses } from '../addresses.ts'
import type { SandboxFolder } from '../sandbox-folder.ts'
import { registeredClients } from './clients.ts'
import { type Lights, lightOfDesk } from './lights.ts'
import { type DemoUser, demoUsers } from './users.ts'

/** The hospital's authorization server, to be mounted behind the start page. */
export type AuthorizationServer = { readonly listener: RequestListener; readonly close: () => Promise<void> }

/** What it is opened with: its records by the address that only the hospital uses. */
export type AuthorizationServerParts = {
  readonly addresses: Addresses
  readonly folder: SandboxFolder
  readonly recordsBase: string
  readonly lights: Lights
}

/** The configuration of the hospital's authorization server. */
function serverConfig({ addresses, folder, recordsBase }: AuthorizationServerParts): ConfigInput {
  return {
    issuer: addresses.issuer,
    organization: { name: 'Riverbend General Hospital', phone: '+1 413 555 0100', website: addresses.issuer },
    masterKey: folder.secrets.masterKey,
    clients: { registration: 'token' },
    resourceServers: [{ base: addresses.fhirBase, name: 'Riverbend General Hospital', tenant: 'riverbend' }],
    directory: {
      sources: [
        { base: addresses.fhirBase, url: recordsBase, authorization: `Bearer ${folder.secrets.fhirCredential}` },
      ],
    },
    store: `sqlite:${folder.path('gatehouse.db')}`,
    audit: { file: folder.path('audit.jsonl') },
  }
}

function roleOf({ fhirUser }: DemoUser): Role {
  if (fhirUser.startsWith('Practitioner/')) return 'practitioner'
  return fhirUser.startsWith('Patient/') ? 'patient' : 'proxy'
}

async function addUser(user: DemoUser, effects: Effects): Promise<void> {
  const { username, name, fhirUser, patients } = user
  if ((await effects.store.users.findByUsername(username)) !== undefined) return
  const passwordHash = await hashPassword(user.password, effects)
  const own = fhirUser.replace(/^Patient\//, '')
  await effects.store.users.create({
    subject: `riverbend-${username}`,
    username,
    name,
    role: roleOf(user),
    fhirUser,
    patients: patients.filter((id) => id !== own),
    passwordHash,
    state: 'active',
  })
}

/** Registers an app, or brings it up to date: its addresses follow the port base. */
async function addClient(client: Client, { store, now }: Effects): Promise<void> {
  const known = await store.clients.find(client.id)
  const at = now()
  if (known === undefined) await store.clients.create({ ...client, createdAt: at, updatedAt: at })
  else await store.clients.save({ ...client, createdAt: known.createdAt, updatedAt: at }, known.updatedAt)
}

/** Opens the server on SQLite in the sandbox's folder; people and apps that are new are added. */
export async function openAuthorizationServer(parts: AuthorizationServerParts): Promise<AuthorizationServer> {
  const config: Config = parseConfig(serverConfig(parts), { [allowInsecureHttp]: true })
  const { effects: real, close } = await openEffects(config, {
    [allowAnyDestination]: true,
    logLevel: 'error',
  })
  const effects: Effects = {
    ...real,
    audit: (record) => {
      real.audit(record)
      const light = lightOfDesk(record)
      if (light !== undefined) parts.lights.show(light)
    },
  }
  await effects.store.migrate()
  await Promise.all(demoUsers.map((user) => addUser(user, effects)))
  for (const client of registeredClients(parts.addresses, parts.folder.secrets)) await addClient(client, effects)
  const env = await openEnv(effects)
  const app = await publicApp(env)
  await app.ready()
  const stopJobs = startJobs(env, `sandbox-${process.pid}`)
  return {
    listener: (request, response) => app.routing(request, response),
    close: async () => {
      stopJobs()
      await app.close()
      await close()
    },
  }
}
