import type { App } from '@gatehouse/client'
import { openDevice, registerDevice, removeDevice } from '@gatehouse/client/device'
import { node } from '@gatehouse/client/node'
import { expect, test } from 'vitest'
import { aClient, newCode, type TokenWorld, tokenWorld } from '../../packages/server/test/token-world.ts'

const fhirBase = 'https://fhir.example.org/r4'

/** The SDK's network: the server in this process, and a FHIR server that shows whom it was asked by. */
const networkOf =
  ({ app, env }: TokenWorld): App['platform']['fetch'] =>
  async (address, { method, headers, body }) => {
    const url = new URL(address)
    const date = new Date(env.now() * 1000).toUTCString()
    if (url.origin === new URL(fhirBase).origin && !url.pathname.includes('.well-known')) {
      const authorization = new Headers(headers).get('authorization')
      return Response.json({ resourceType: 'Patient', id: 'p1', authorization })
    }
    const known = url.pathname.endsWith('/smart-configuration')
    const answer = await app.inject({
      method: (method ?? 'GET') as 'GET',
      url: known
        ? `/.well-known/smart-configuration?base=${encodeURIComponent(fhirBase)}`
        : `${url.pathname}${url.search}`,
      headers: Object.fromEntries(new Headers(headers)),
      ...(body === undefined || body === null ? {} : { payload: String(body) }),
    })
    const text = answer.statusCode === 204 ? null : answer.body
    return new Response(text, { status: answer.statusCode, headers: { ...(answer.headers as object), date } })
  }

async function stage() {
  const world = await tokenWorld({ config: { clients: { devices: true } } })
  const { env, redeem } = world
  const software = { ...aClient, softwareId: 'org.example.chart', registersDevices: true } as const
  await env.store.clients.save(software, software.updatedAt)
  const tokens = (await redeem(await newCode(env, { grant: { id: 'g' } }))).json()
  const platform = { ...node(), fetch: networkOf(world) }
  const redirectUri = 'https://app.example/callback'
  const scope = 'patient/Patient.r'
  const app: App = { clientId: aClient.id, redirectUri, scope, servers: [fhirBase], platform }
  const initialAccessToken: string = tokens.device_registration_token
  return { world, app, request: { softwareId: 'org.example.chart', name: 'Ana’s phone', initialAccessToken } }
}

test('TOK-30 TOK-31 TOK-34 TOK-36 at Gatehouse: a device registers, reads with its own key, and is removed alone', async () => {
  const { world, app, request } = await stage()
  const device = await registerDevice(app, request)
  expect(device.clientId).toMatch(/^device-/)
  const access = await openDevice(app)
  const read = await access?.request<{ readonly authorization: string }>('Patient/p1')
  const claims = JSON.parse(Buffer.from(read?.authorization.split('.')[1] ?? '', 'base64url').toString())
  expect(claims).toMatchObject({ client_id: device.clientId, grant_id: 'g', patient: 'p1' })
  expect(await removeDevice(app)).toBe(true)
  expect(await world.env.store.clients.find(device.clientId)).toBeUndefined()
  expect((await world.env.store.grants.find('g'))?.state).toBe('active')
})

test('TOK-30 at Gatehouse: the token registers one device; the second one is refused', async () => {
  const { app, request } = await stage()
  await registerDevice(app, request)
  await expect(registerDevice(app, request)).rejects.toMatchObject({ reason: 'registration-refused', status: 401 })
})
