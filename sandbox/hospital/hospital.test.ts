import { expect, test } from 'vitest'
import { addressesFrom } from '../addresses.ts'
import { sandboxContract } from '../contract.ts'
import { generateRecords } from '../patients/generate.ts'
import type { Secrets } from '../sandbox-folder.ts'
import { demoClients, registeredClients } from './clients.ts'
import { lightOfDesk, lightOfGate, openLights } from './lights.ts'
import { demoUsers } from './users.ts'

const addresses = addressesFrom(4000)
const key = (kid: string) => ({ private: { kid, d: 'private' }, public: { kid } })
const secrets: Secrets = {
  masterKey: 'm',
  linkKey: 'l',
  fhirCredential: 'fhir-credential',
  demoClientSecret: 'demo-secret',
  reportKey: key('report'),
  gatewayKey: key('gateway'),
  ehrSecret: 'ehr-secret',
}
const clients = demoClients(addresses, secrets)

test('everybody who can sign in has a record, and acts only for patients of the hospital', () => {
  const known = new Set(generateRecords().map(({ resourceType, id }) => `${resourceType}/${id}`))
  for (const { fhirUser, patients, username } of demoUsers) {
    expect(known, username).toContain(fhirUser)
    for (const id of patients) expect(known, username).toContain(`Patient/${id}`)
  }
  expect(new Set(demoUsers.map(({ username }) => username)).size).toBe(demoUsers.length)
})

test('two parents act for the same two children; a father who is no patient acts for his daughter', () => {
  const patientsOf = (name: string) => demoUsers.find(({ username }) => username === name)?.patients
  expect(patientsOf('ana.torres')).toEqual(['ana-torres', 'mateo-torres', 'lucia-torres'])
  expect(patientsOf('diego.torres')).toEqual(['diego-torres', 'mateo-torres', 'lucia-torres'])
  expect(patientsOf('karim.haddad')).toEqual(['leila-haddad'])
  expect(patientsOf('jose.rivera')).toEqual(['jose-rivera'])
})

test('AL-23 AL-22 there is a public, a symmetric and an asymmetric client; secrets are registered as hashes only', () => {
  const methods = new Set(clients.map(({ client }) => client.auth.method))
  expect(methods).toEqual(new Set(['none', 'client_secret_basic', 'private_key_jwt']))
  const registered = JSON.stringify(registeredClients(addresses, secrets))
  for (const secret of ['demo-secret', 'ehr-secret', '"private"']) expect(registered).not.toContain(secret)
})

test('AL-21 redirect URIs are complete, on this computer, and of the ports of the sandbox', () => {
  for (const { client } of clients)
    for (const uri of client.redirectUris) expect(uri).toMatch(/^http:\/\/localhost:40\d\d\/\w+$/)
})

test('sandbox.json has what tools rely on', () => {
  const contract = sandboxContract({ addresses, users: demoUsers, clients, patients: [{ id: 'a', name: 'A' }] })
  expect(contract).toMatchObject({
    ehr: {
      fhirBase: 'http://localhost:4001/fhir',
      issuer: 'http://localhost:4000',
      launchEndpoint: 'http://localhost:4000/launch',
      startPage: 'http://localhost:4000/',
    },
    patients: [{ id: 'a', name: 'A' }],
    apps: [
      { name: 'Health Notebook', url: 'http://localhost:4010/' },
      { name: 'Growth Chart', url: 'http://localhost:4011/launch' },
    ],
  })
  const entries = contract.clients as readonly Record<string, unknown>[]
  expect(entries.find(({ client_id }) => client_id === 'demo-symmetric')).toMatchObject({
    client_secret: 'demo-secret',
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: ['http://localhost:4090/callback'],
    launch_uri: 'http://localhost:4090/launch',
  })
  expect(entries.find(({ client_id }) => client_id === 'demo-asymmetric')).toMatchObject({
    private_jwks: { keys: [{ d: 'private' }] },
  })
  expect(entries.some(({ client_id }) => client_id === 'riverbend-gateway')).toBe(false)
})

test('the drawing says what happens, and nothing about the gateway asking for its own keys', () => {
  expect(lightOfDesk({ event: 'consent-denied', outcome: 'refused' })?.stops).toEqual(['desk'])
  expect(lightOfDesk({ event: 'token-issued', outcome: 'success', clientId: 'riverbend-gateway' })).toBeUndefined()
  expect(lightOfGate({ type: 'Condition', allowed: true })).toEqual({
    stops: ['app', 'gate', 'records'],
    words: 'The app asks for health problems. The gate checks it and lets it through.',
  })
  expect(lightOfGate({ type: 'Slot', allowed: false }).stops).toEqual(['app', 'gate'])
  const lights = openLights()
  const seen: string[] = []
  lights.show({ stops: ['desk'], words: 'before' })
  const stop = lights.watch(({ words }) => seen.push(words))
  lights.show({ stops: ['gate'], words: 'during' })
  stop()
  lights.show({ stops: ['gate'], words: 'after' })
  expect(seen).toEqual(['before', 'during'])
})
