import { expect, test } from 'vitest'
import { openBrowser, type Visited } from './browser.ts'
import { agree, authorizeUrl, openClinic, password, people, share, signIn, verifier } from './people.ts'

const offlineScope = 'launch/patient openid fhirUser offline_access patient/Observation.rs patient/Condition.rs'

/** A clinic where Ana shares two kinds of data with an app that keeps access, and the app's tokens. */
const clinic = async () => {
  const at = await openClinic()
  const browser = openBrowser(at.app)
  const consent = await signIn(browser, await browser.open(authorizeUrl({ scope: offlineScope })), 'ana')
  const { url } = await share(browser, consent, { offline: 'yes' })
  const send = (form: Readonly<Record<string, string>>) =>
    at.app.inject({
      method: 'POST',
      url: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ client_id: 'chart', ...form }).toString(),
    })
  const tokens = (
    await send({
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      redirect_uri: 'https://chart.example/callback',
      code_verifier: verifier,
    })
  ).json()
  const refresh = (refreshToken: string) => send({ grant_type: 'refresh_token', refresh_token: refreshToken })
  return { ...at, browser, tokens, refresh }
}

const text = ({ html }: Visited): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

test('MNG-01 MNG-02 a person sees their app, whose record, since, until, last use and what it may see', async () => {
  const { browser } = await clinic()
  const page = text(await browser.open('/grants'))
  for (const words of ['Your apps', 'App chart', 'ana Ruiz’s record', 'Since November 2, 2026', 'Until', 'last used'])
    expect(page).toContain(words)
  expect(page).toContain('Stop sharing with App chart')
})

test('MNG-03 MNG-07 ONC-04 stopping ends the refresh token at once, and the page says so', async () => {
  const { browser, tokens, refresh } = await clinic()
  const page = await browser.send(await browser.open('/grants'), { change: 'stop' })
  expect(text(page)).toContain('Ended')
  expect(text(page)).not.toContain('Stop sharing with')
  const answer = await refresh(tokens.refresh_token)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ error: 'invalid_grant', error_reason: 'grant_revoked' })
})

test('MNG-04 stopping one kind of data narrows the next tokens, and nothing can be added by the form', async () => {
  const { browser, tokens, refresh } = await clinic()
  const page = await browser.open('/grants')
  await browser.send(page, { change: 'less patient/Observation.rs patient/Goal.rs' })
  const { scope } = (await refresh(tokens.refresh_token)).json()
  expect(scope).toContain('patient/Condition.rs')
  expect(scope).not.toContain('Observation')
  expect(scope).not.toContain('Goal')
})

test('MNG-04 taking the last kind of data ends the agreement', async () => {
  const { browser, tokens, refresh } = await clinic()
  await browser.send(await browser.open('/grants'), { change: 'less patient/Observation.rs patient/Condition.rs' })
  expect((await refresh(tokens.refresh_token)).json()).toMatchObject({ error_reason: 'grant_revoked' })
})

test('TOK-36 MNG-03 removing a device removes that one and leaves the grant', async () => {
  const { browser, env, tokens, refresh } = await clinic()
  const chart = await env.store.clients.find('chart')
  const [grant] = await env.store.grants.listBySubject('sub-ana')
  if (chart === undefined || grant === undefined) throw new Error('the clinic has a grant')
  for (const name of ['phone', 'tablet'])
    await env.store.clients.create({ ...chart, id: name, device: { grantId: grant.id, name, lastUsedAt: 1 } })
  const page = await browser.send(await browser.open('/grants'), { change: 'device phone' })
  expect(text(page)).toContain('Remove tablet')
  expect(text(page)).not.toContain('Remove phone')
  expect((await refresh(tokens.refresh_token)).statusCode).toBe(200)
})

test('MNG-10 THR-45 a stale, foreign or missing form token changes nothing', async () => {
  const { browser, tokens, refresh } = await clinic()
  const page = await browser.open('/grants')
  const { grant = '', token = '' } = page.fields
  for (const forged of [{ grant }, { grant, token: 'x'.repeat(43) }])
    expect((await browser.post('/grants', { ...forged, change: 'stop' })).status).toBe(403)
  await browser.send(page, { change: 'less patient/Observation.rs' })
  expect((await browser.post('/grants', { grant, token, change: 'stop' })).status).toBe(403)
  expect((await refresh(tokens.refresh_token)).statusCode).toBe(200)
})

test('THR-45 what the form cannot mean is refused, not guessed', async () => {
  const { browser } = await clinic()
  const page = await browser.open('/grants')
  expect((await browser.send(page, { change: 'widen patient/*.rs' })).status).toBe(400)
  expect((await browser.send(page, {})).status).toBe(400)
})

test('MNG another person sees nothing of it and cannot change it, whatever id they guess', async () => {
  const { app, browser, tokens, refresh } = await clinic()
  const { grant = '', token = '' } = (await browser.open('/grants')).fields
  const other = openBrowser(app)
  await agree(other, 'eve')
  const page = await other.open('/grants')
  expect(page.html).not.toContain('ana Ruiz')
  expect((await other.post('/grants', { grant, token, change: 'stop' })).status).toBe(404)
  expect((await other.post('/grants', { grant: 'none', token, change: 'stop' })).status).toBe(404)
  expect((await refresh(tokens.refresh_token)).statusCode).toBe(200)
})

test('someone who is signed out signs in on the page, and a wrong password shows nothing', async () => {
  const { app } = await clinic()
  const browser = openBrowser(app)
  const page = await browser.open('/grants')
  expect(text(page)).toContain('to see and change what you share')
  const wrong = await browser.send(page, { username: 'ana', password: 'guess', answer: 'sign-in' })
  expect(wrong.status).toBe(401)
  expect(wrong.html).not.toContain('App chart')
  expect(text(await signIn(browser, wrong, 'ana'))).toContain('App chart')
})

test('THR-07 a form of another site signs nobody in', async () => {
  const { app } = await clinic()
  const browser = openBrowser(app)
  const form = { to: 'grants', username: 'ana', password, answer: 'sign-in' }
  expect((await browser.post('/sign-in', { ...form, token: 'x' })).status).toBe(403)
  const { fields } = await openBrowser(app).open('/grants')
  expect((await browser.post('/sign-in', { ...form, ...fields })).status).toBe(403)
  expect(text(await browser.open('/grants'))).toContain('to see and change what you share')
})

test('MNG-01 access for one visit is over when its access token is', async () => {
  const at = await openClinic()
  const browser = openBrowser(at.app)
  await agree(browser, 'ana')
  expect(text(await browser.open('/grants'))).toContain('Apps you share with')
  at.env.clock.advance(at.env.config.token.accessToken)
  expect(text(await browser.open('/grants'))).toContain('Ended')
})

test('MNG-02 whoever shares with no app is told so', async () => {
  const at = await openClinic()
  const browser = openBrowser(at.app)
  const page = await browser.open('/grants')
  const signedIn = await signIn(browser, page, Object.keys(people)[3] ?? '')
  expect(text(signedIn)).toContain('You share with no app')
})
