import { expect, test } from 'vitest'
import { hashSecret } from '../src/secret.ts'
import { openBrowser } from './browser.ts'
import { testIssuer } from './env.ts'
import { authorizeUrl, challenge, openClinic, share, signIn } from './people.ts'

test('AL-47 AL-48 RFC-09 a patient signs in, agrees, and the app gets a code, its state and our issuer', async () => {
  const { app, env } = await openClinic()
  const browser = openBrowser(app)
  const signInPage = await browser.open(authorizeUrl({ state: 'ä b&c=d'.repeat(5) }))
  expect(signInPage.url.pathname).toBe('/sign-in')
  const consentPage = await signIn(browser, signInPage, 'ana')
  expect(consentPage.url.pathname).toBe('/consent')
  expect(consentPage.html).toContain('App chart')
  const { url } = await share(browser, consentPage)
  expect(url.origin + url.pathname).toBe('https://chart.example/callback')
  expect(url.searchParams.get('state')).toBe('ä b&c=d'.repeat(5))
  expect(url.searchParams.get('iss')).toBe(testIssuer)
  const code = await env.store.tokens.redeemCode(hashSecret(url.searchParams.get('code') ?? ''), env.now())
  expect(code).toMatchObject({
    clientId: 'chart',
    codeChallenge: challenge,
    redirectUri: 'https://chart.example/callback',
  })
  const [grant] = await env.store.grants.listBySubject('sub-ana')
  expect(grant).toMatchObject({
    clientId: 'chart',
    scope: 'launch/patient openid fhirUser patient/Observation.rs patient/Condition.rs',
    context: { patient: 'ana' },
    fhirUser: 'Patient/ana',
    access: 'once',
    state: 'active',
  })
})
