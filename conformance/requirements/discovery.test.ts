import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox-process.ts'

type SmartConfiguration = Readonly<Record<string, unknown>> & {
  readonly capabilities: readonly string[]
  readonly scopes_supported: readonly string[]
  readonly grant_types_supported: readonly string[]
}

let sandbox: Sandbox
let document: SmartConfiguration

const discover = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${sandbox.ehr.fhirBase}/.well-known/smart-configuration`, { headers })

beforeAll(async () => {
  sandbox = await startSandbox()
  document = (await (await discover()).json()) as SmartConfiguration
})
afterAll(() => sandbox?.stop())

describe('the SMART configuration at the FHIR base', () => {
  test('AL-31, CF-04, CF-27: is JSON, whether Accept is sent or not and however its name is spelled', async () => {
    for (const headers of [{}, { Accept: 'application/json' }, { aCCEPT: 'application/json' }] as const) {
      const response = await discover(headers)
      expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      expect(await response.json()).toEqual(document)
    }
  })

  test('AL-13, AL-14: offers PKCE by S256 and never by plain', () => {
    expect(document.code_challenge_methods_supported).toEqual(['S256'])
  })

  test('CF-09, IN-02: names the authorization endpoint and its grant type', () => {
    expect(document.authorization_endpoint).toMatch(/^http/)
    expect(document.grant_types_supported).toContain('authorization_code')
  })

  test('CF-22, ONC-05, ONC-31: names introspection and revocation, and the scopes', () => {
    const { introspection_endpoint, revocation_endpoint } = document
    for (const url of [introspection_endpoint, revocation_endpoint]) expect(url).toMatch(/^http/)
    expect(document.scopes_supported.length).toBeGreaterThan(5)
  })

  test('CA-01: says how a client with a key authenticates', () => {
    expect(document.token_endpoint_auth_methods_supported).toContain('private_key_jwt')
    const algorithms = document.token_endpoint_auth_signing_alg_values_supported
    expect(algorithms).toEqual(expect.arrayContaining(['RS384', 'ES384']))
  })

  test('CF-26, IX-08, IX-09: what is not of HL7 has the form of a URL; nothing of the invalid passthrough codes', () => {
    const ours = document.capabilities.filter((code) => !/^[a-z0-9-]+$/.test(code))
    expect(ours.every((code) => code.startsWith('https://'))).toBe(true)
    expect(document.capabilities.join(' ')).not.toContain('passthrough')
  })

  test('CF-15: leaves out the deprecated smart_app_state_endpoint', () => {
    expect(document).not.toHaveProperty('smart_app_state_endpoint')
  })

  test('ID-02, IX-06: offers fhirUser, for it can name people as resources', () => {
    expect(document.scopes_supported).toEqual(
      expect.arrayContaining(['openid', 'fhirUser', 'launch', 'launch/patient']),
    )
  })

  test.each([
    ['CP-01', 'launch-ehr'],
    ['CP-02', 'launch-standalone'],
    ['CP-03', 'authorize-post'],
    ['CP-04, ONC-16', 'client-public'],
    ['CP-05', 'client-confidential-symmetric'],
    ['CP-06', 'client-confidential-asymmetric'],
    ['CP-07', 'sso-openid-connect'],
    ['CP-08', 'context-banner'],
    ['CP-09', 'context-style'],
    ['CP-10', 'context-ehr-patient'],
    ['CP-11', 'context-ehr-encounter'],
    ['CP-12', 'context-standalone-patient'],
    ['CP-13', 'context-standalone-encounter'],
    ['CP-14', 'permission-offline'],
    ['CP-15', 'permission-online'],
    ['CP-16', 'permission-patient'],
    ['CP-17', 'permission-user'],
    ['CP-18, SC-07', 'permission-v1'],
    ['CP-19', 'permission-v2'],
  ])('%s: lists %s', (_id, code) => {
    expect(document.capabilities).toContain(code)
  })

  const clients = ['client-public', 'client-confidential-symmetric']
  test.each([
    ['CS-02, ONC-12', ['launch-standalone', 'context-standalone-patient', 'permission-patient', ...clients]],
    ['CS-03', ['launch-ehr', 'context-ehr-patient', 'permission-patient', ...clients]],
    ['CS-04', ['launch-standalone', 'permission-user', 'permission-patient', ...clients]],
    [
      'CS-05, CS-01, ONC-12',
      [
        'launch-ehr',
        'context-ehr-patient',
        'context-ehr-encounter',
        'permission-user',
        'permission-patient',
        ...clients,
      ],
    ],
    [
      'ONC-17',
      'launch-standalone client-public client-confidential-symmetric client-confidential-asymmetric sso-openid-connect context-standalone-patient permission-offline permission-patient authorize-post permission-v2 permission-v1'.split(
        ' ',
      ),
    ],
    [
      'ONC-18',
      'launch-ehr client-confidential-symmetric client-confidential-asymmetric sso-openid-connect context-banner context-style context-ehr-patient context-ehr-encounter permission-offline permission-user authorize-post permission-v2 permission-v1'.split(
        ' ',
      ),
    ],
  ])('%s: supports the whole set', (_id, set) => {
    expect(document.capabilities).toEqual(expect.arrayContaining(set))
  })
})
