import { expect, test } from 'vitest'
import { publicApp } from '../src/index.ts'
import { testEnv, testIssuer } from './env.ts'

const path = '/.well-known/smart-scope-descriptions'
const open = async () => publicApp(await testEnv())

test('BP-05 BP-06 all advertised scopes have words, in one cacheable document for any origin', async () => {
  const app = await open()
  const discovery = (await app.inject('/.well-known/smart-configuration')).json()
  expect(discovery.scope_descriptions_endpoint).toBe(`${testIssuer}${path}`)
  const answer = await app.inject(path)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json'])
  expect([answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual(['*', 'accept-language'])
  const { scopes } = answer.json()
  expect(scopes.map(({ scope }: { scope: string }) => scope)).toEqual(discovery.scopes_supported)
  for (const { short, long } of scopes) expect([short.length > 0, long.length > 0]).toEqual([true, true])
  const again = await app.inject({ url: path, headers: { 'if-none-match': String(answer.headers.etag) } })
  expect(again.statusCode).toBe(304)
})

test('BP-05 BP-06 single scopes can be asked for, in the language asked or preferred', async () => {
  const app = await open()
  const ask = async (query: string, language?: string) =>
    (
      await app.inject({
        url: `${path}?${query}`,
        headers: language === undefined ? {} : { 'accept-language': language },
      })
    ).json()
  const english = await ask('scope=patient/Encounter.rs')
  expect(english).toMatchObject({
    locale: 'en',
    scopes: [
      {
        scope: 'patient/Encounter.rs',
        group: 'visits',
        verbs: ['see'],
        level: 'patient',
        quality: 'authored',
        refusable: true,
      },
    ],
  })
  const spanish = await ask('lang=es&scope=patient/Encounter.rs')
  expect(spanish.locale).toBe('es')
  expect(spanish.scopes[0].short).not.toBe(english.scopes[0].short)
  expect((await ask('scope=openid', 'tlh, es-MX;q=0.8')).locale).toBe('es')
  expect((await ask('scope=openid&lang=tlh')).locale).toBe('en')
  expect((await ask('scope=openid&scope=offline_access%20launch')).scopes).toHaveLength(3)
})

test('CON-20 CON-22 a scope without words says so and names the policy; a malformed one grants nothing', async () => {
  const app = await open()
  const ask = async (scope: string) => (await app.inject(`${path}?scope=${encodeURIComponent(scope)}`)).json().scopes[0]
  expect(await ask('patient/Observation.rs?code:in=http://example.org/vs')).toMatchObject({
    quality: 'unknown',
    policy: 'refuse',
  })
  expect(await ask('patient/Observation.sr')).toMatchObject({ quality: 'unknown', policy: 'refuse' })
  expect(await ask('fantasy')).toMatchObject({ scope: 'fantasy', quality: 'unknown' })
})
