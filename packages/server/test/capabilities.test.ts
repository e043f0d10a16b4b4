import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { launchScope } from '../src/clients/client-scopes.ts'
import { hashSecret } from '../src/secret.ts'
import { type FormValues, openBrowser } from './browser.ts'
import { testAudience, testIssuer } from './env.ts'
import { aKeyClient, anAssertion, asForm } from './key-client.ts'
import { authorizeUrl, type Clinic, clientRecord, openClinic, type people, share, signIn, verifier } from './people.ts'

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const withSecret = (id: string, changes = {}) =>
  clientRecord(id, { auth: { method: 'client_secret_basic', secretHash: hashSecret(`${id}-secret`) }, ...changes })

const withKey = async (id: string, alg: 'RS384' | 'ES384') =>
  aKeyClient([alg], { ...clientRecord(id), auth: (await aKeyClient([alg])).auth })

const clinic = async (): Promise<Clinic> =>
  openClinic({}, [
    withSecret('ehr', { scope: launchScope }),
    withSecret('web'),
    await withKey('rsa', 'RS384'),
    await withKey('ec', 'ES384'),
  ])

type Json = Readonly<Record<string, unknown>>
type Proof = { readonly form?: Readonly<Record<string, string>>; readonly authorization?: string }

const assertionBy = async (id: string, alg: 'RS384' | 'ES384'): Promise<Proof> => ({
  form: asForm(await anAssertion({ alg, claims: { iss: id, sub: id } })),
})

/** How each app proves itself at the token endpoint. */
const proofs: Readonly<Record<string, () => Promise<Proof>>> = {
  chart: async () => ({ form: { client_id: 'chart' } }),
  web: async () => ({ authorization: basic('web', 'web-secret') }),
  rsa: () => assertionBy('rsa', 'RS384'),
  ec: () => assertionBy('ec', 'ES384'),
}

const post = ({ app }: Clinic, form: Readonly<Record<string, string>>, authorization?: string) =>
  app.inject({
    method: 'POST',
    url: '/token',
    payload: new URLSearchParams(form).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization === undefined ? {} : { authorization }),
    },
  })

/** A launch of an app by a person; what is left out is the simplest. */
type Launch = {
  readonly client?: string
  readonly person?: keyof typeof people
  readonly scope: string
  /** What the EHR says; absent when the app is opened by itself. */
  readonly ehr?: Json
  /** What is chosen on the pages that ask for context, in their order. */
  readonly choices?: readonly string[]
  /** What is answered on the consent page instead of yes to everything. */
  readonly answer?: FormValues
}

/** From the EHR or the app to the code. */
const codeFor = async (at: Clinic, launched: Launch): Promise<string> => {
  const { client = 'chart', person = 'ana', scope, ehr, choices = [], answer = {} } = launched
  const browser = openBrowser(at.app)
  const launch = ehr === undefined ? undefined : await recordLaunch(at, { client_id: client, username: person, ...ehr })
  const asked = authorizeUrl({ client_id: client, scope, launch, nonce: 'n-1' })
  let page = await signIn(browser, await browser.open(asked), person)
  for (const choice of choices) page = await browser.send(page, { choice })
  const resources = scope.split(' ').filter((one) => /^(patient|user)\//.test(one))
  const isKnown = page.html.includes('value="continue"')
  const yes = isKnown ? { answer: 'continue' } : { scope: resources, offline: 'yes', ...answer }
  const { url } = await share(browser, page, yes)
  return url.searchParams.get('code') ?? ''
}

const recordLaunch = async ({ app }: Clinic, payload: Json): Promise<string> => {
  const headers = { authorization: basic('ehr', 'ehr-secret') }
  const answer = await app.inject({ method: 'POST', url: '/launch', headers, payload })
  return answer.json<{ launch: string }>().launch
}

const redeem = async (at: Clinic, code: string, client = 'chart', changes: Readonly<Record<string, string>> = {}) => {
  const { form = {}, authorization } = (await proofs[client]?.()) ?? {}
  const redirect_uri = `https://${client}.example/callback`
  const grant = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier }
  return post(at, { ...grant, ...form, ...changes }, authorization)
}

/** From the EHR or the app to the tokens: the JSON of the token response. */
const launch = async (at: Clinic, launched: Launch): Promise<Record<string, string>> => {
  const answer = await redeem(at, await codeFor(at, launched), launched.client)
  expect([answer.statusCode, answer.body]).toEqual([200, answer.body])
  return answer.json()
}

const refresh = (at: Clinic, { refresh_token = '' }: Readonly<Record<string, string>>) =>
  post(at, { grant_type: 'refresh_token', refresh_token, client_id: 'chart' })

const observations = 'patient/Observation.rs'
const laboratory =
  'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

/** What each capability code promises, done. */
const promises: Readonly<Record<string, (at: Clinic) => Promise<void>>> = {
  'CP-01 launch-ehr': async (at) => {
    const ehr = { patient: 'eve' }
    expect(await launch(at, { person: 'doc', scope: `launch ${observations}`, ehr })).toMatchObject({ patient: 'eve' })
  },
  'CP-02 launch-standalone': async (at) => {
    expect(await launch(at, { scope: `launch/patient ${observations}` })).toMatchObject({ patient: 'ana' })
  },
  'CP-03 authorize-post': async (at) => {
    const browser = openBrowser(at.app)
    const parameters = new URL(authorizeUrl(), testIssuer).searchParams
    const page = await browser.post('/authorize', Object.fromEntries(parameters))
    const { url } = await share(browser, await signIn(browser, page, 'ana'))
    expect((await redeem(at, url.searchParams.get('code') ?? '')).statusCode).toBe(200)
  },
  'CP-04 AL-13 client-public': async (at) => {
    const code = await codeFor(at, { scope: observations })
    expect((await redeem(at, code, 'chart', { code_verifier: 'w'.repeat(43) })).json().error).toBe('invalid_grant')
    await launch(at, { scope: observations })
  },
  'CP-05 client-confidential-symmetric': async (at) => {
    const code = await codeFor(at, { client: 'web', scope: observations })
    expect((await redeem(at, code, 'web', { client_secret: 'x' })).statusCode).toBe(401)
    await launch(at, { client: 'web', scope: observations })
  },
  'CP-06 ONC-25 client-confidential-asymmetric': async (at) => {
    for (const client of ['rsa', 'ec']) {
      const code = await codeFor(at, { client, scope: observations })
      expect((await redeem(at, code, client, { client_assertion: 'e30.e30.AAAA' })).statusCode).toBe(401)
      await launch(at, { client, scope: observations })
    }
  },
  'CP-07 sso-openid-connect': async (at) => {
    const { id_token = '' } = await launch(at, { person: 'doc', scope: 'openid fhirUser' })
    const keys = createLocalJWKSet((await at.app.inject('/jwks')).json())
    const currentDate = new Date(at.env.now() * 1000)
    const { payload } = await jwtVerify(id_token, keys, { issuer: testIssuer, audience: 'chart', currentDate })
    expect(payload).toMatchObject({ nonce: 'n-1', sub: 'sub-doc', fhirUser: `${testAudience}/Practitioner/doc` })
  },
  'CP-08 context-banner': async (at) => {
    const scope = `launch ${observations}`
    for (const need_patient_banner of [true, false]) {
      const ehr = { patient: 'ana', need_patient_banner }
      expect(await launch(at, { person: 'doc', scope, ehr })).toMatchObject({ need_patient_banner })
    }
  },
  'CP-09 context-style': async (at) => {
    const ehr = { patient: 'ana' }
    const { smart_style_url = '' } = await launch(at, { person: 'doc', scope: `launch ${observations}`, ehr })
    expect((await at.app.inject(new URL(smart_style_url).pathname)).json()).toHaveProperty('color_background')
  },
  'CP-10 CX-09 context-ehr-patient': async (at) => {
    const ehr = { patient: 'kid' }
    for (const hint of ['launch', 'launch launch/patient', 'launch launch/patient launch/encounter'])
      expect(await launch(at, { person: 'doc', scope: `${hint} ${observations}`, ehr })).toMatchObject(ehr)
  },
  'CP-11 context-ehr-encounter': async (at) => {
    const ehr = { patient: 'ana', encounter: 'e1' }
    expect(await launch(at, { person: 'doc', scope: `launch ${observations}`, ehr })).toMatchObject(ehr)
  },
  'CP-12 context-standalone-patient': async (at) => {
    const choices = ['kid']
    const scope = `launch/patient ${observations}`
    expect(await launch(at, { person: 'pau', scope, choices })).toMatchObject({ patient: 'kid' })
  },
  'CP-13 context-standalone-encounter': async (at) => {
    for (const id of ['v1', 'v2']) at.env.facts.encounters.push({ id, words: `Visit ${id}`, patient: 'ana' })
    const scope = `launch/patient launch/encounter ${observations}`
    expect(await launch(at, { scope, choices: ['v2'] })).toMatchObject({ patient: 'ana', encounter: 'v2' })
  },
  'CP-14 RF-06 permission-offline': async (at) => {
    expect(await launch(at, { scope: observations })).not.toHaveProperty('refresh_token')
    const first = await launch(at, { scope: `openid fhirUser offline_access ${observations}` })
    at.env.clock.advance(30 * 86_400)
    const second = (await refresh(at, first)).json()
    const ownOf = (token: string | undefined) => {
      const { jti: _jti, iat: _iat, exp: _exp, ...claims } = decodeJwt(token ?? '')
      return claims
    }
    expect(ownOf(second.access_token)).toEqual(ownOf(first.access_token))
  },
  'CP-15 permission-online': async (at) => {
    const ehr = { patient: 'ana' }
    const tokens = await launch(at, { person: 'doc', scope: `launch online_access ${observations}`, ehr })
    const next = await refresh(at, tokens)
    expect(next.statusCode).toBe(200)
    at.env.clock.advance(2 * 86_400)
    expect((await refresh(at, next.json())).json().error).toBe('invalid_grant')
  },
  'CP-16 permission-patient': async (at) => {
    const { scope, access_token = '' } = await launch(at, { scope: observations })
    expect([scope, decodeJwt(access_token).patient]).toEqual([observations, 'ana'])
  },
  'CP-17 permission-user': async (at) => {
    const { scope, patient, access_token = '' } = await launch(at, { person: 'doc', scope: 'user/Observation.rs' })
    expect([scope, patient]).toEqual(['user/Observation.rs', undefined])
    expect(decodeJwt(access_token)).toMatchObject({ fhirUser: `${testAudience}/Practitioner/doc` })
  },
  'CP-18 SC-07 permission-v1': async (at) => {
    expect((await launch(at, { scope: 'patient/Observation.read' })).scope).toBe('patient/Observation.read')
  },
  'CP-19 permission-v2': async (at) => {
    for (const scope of ['patient/Observation.rs', 'patient/Condition.r', laboratory])
      expect((await launch(at, { scope })).scope).toBe(scope)
  },
}

describe('CF-24 what discovery lists is done', () => {
  test.each(Object.entries(promises))('%s', async (_title, keep) => keep(await clinic()))

  test('and everything it lists is among them, once', async () => {
    const codes = Object.keys(promises).map((title) => title.split(' ').at(-1))
    expect([...(await listed())].sort()).toEqual(codes.sort())
  })
})

const discovery = async () => (await (await clinic()).app.inject('/.well-known/smart-configuration')).json()
const listed = async (): Promise<readonly string[]> => (await discovery()).capabilities

const anyClient = ['client-public', 'client-confidential-symmetric', 'client-confidential-asymmetric']
const always = [
  ...anyClient,
  'sso-openid-connect',
  'permission-offline',
  'authorize-post',
  'permission-v1',
  'permission-v2',
]

const sets: Readonly<Record<string, readonly string[]>> = {
  'CS-02 ONC-12 Patient Access for Standalone Apps': [
    'launch-standalone',
    'context-standalone-patient',
    'permission-patient',
  ],
  'CS-03 Patient Access for EHR Launch': ['launch-ehr', 'context-ehr-patient', 'permission-patient'],
  'CS-04 Clinician Access for Standalone': ['launch-standalone', 'permission-user', 'permission-patient'],
  'CS-05 ONC-12 Clinician Access for EHR Launch': [
    'launch-ehr',
    'context-ehr-patient',
    'context-ehr-encounter',
    'permission-user',
    'permission-patient',
  ],
  'ONC-16 ONC-17 the standalone launch of the certification': [
    'launch-standalone',
    'context-standalone-patient',
    ...always,
  ],
  'ONC-18 the EHR launch of the certification': [
    'launch-ehr',
    'context-banner',
    'context-style',
    'context-ehr-patient',
    'context-ehr-encounter',
    'permission-user',
    ...always,
  ],
}

test.each(Object.entries(sets))('CS-01 %s is listed whole', async (_title, codes) => {
  expect(await listed()).toEqual(expect.arrayContaining([...codes, ...anyClient]))
})

test('CF-26 IX-06 IX-08 IX-09 no code is made up: those of SMART, and others only as full URIs', async () => {
  const document = await discovery()
  const ours = document.capabilities.filter((code: string) => !code.startsWith('https://gatehouse.dev/codes/'))
  const known = Object.keys(promises).map((title) => title.split(' ').at(-1))
  expect(ours.filter((code: string) => !known.includes(code))).toEqual([])
  expect(document.scopes_supported).toContain('fhirUser')
})

test('ONC-19 SC-17 an app that asks for every US Core type gets it, in a token that fits into a header', async () => {
  const at = await clinic()
  const { scopes_supported: scopes } = await discovery()
  const types = scopes.filter((scope: string) => /^patient\/[A-Z][A-Za-z]+\.rs$/.test(scope))
  expect(types.length).toBeGreaterThan(20)
  const scope = ['openid', 'fhirUser', 'launch/patient', 'offline_access', ...types].join(' ')
  const answer = await launch(at, { scope })
  expect(answer.scope).toBe(scope)
  expect(answer.access_token?.length).toBeLessThan(4096)
})

test('ONC-32 the person shares a part of what is asked for, and the token says so', async () => {
  const asked = { scope: `${observations} patient/Condition.rs`, answer: { scope: ['patient/Condition.rs'] } }
  const { scope, access_token = '' } = await launch(await clinic(), asked)
  expect([scope, decodeJwt(access_token).scope]).toEqual(['patient/Condition.rs', 'patient/Condition.rs'])
})

test('ONC-15 what the certification does not require works all the same: wildcards, v1 beside v2', async () => {
  const scope = 'patient/*.rs patient/Condition.read'
  expect((await launch(await clinic(), { scope })).scope).toBe(scope)
})

test('CF-27 the names of header fields may be written in any case', async () => {
  const at = await clinic()
  const code = await codeFor(at, { client: 'web', scope: observations })
  await at.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = at.app.server.address() as AddressInfo
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'https://web.example/callback',
    code_verifier: verifier,
  }
  const headers = { aUTHORIZATION: basic('web', 'web-secret'), 'CONTENT-type': 'application/x-www-form-urlencoded' }
  const status = await new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/token', method: 'POST', headers }, ({ statusCode }) =>
      resolve(statusCode),
    )
    sent.on('error', reject).end(new URLSearchParams(form).toString())
  })
  await at.app.close()
  expect(status).toBe(200)
})
