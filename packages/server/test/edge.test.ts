import { expect, test } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { hashSecret } from '../src/secret.ts'
import { testConfigInput } from './env.ts'
import { aClient, newCode, tokenWorld } from './token-world.ts'

test('RFC-03 a path answers 405 to methods it does not have and says which it has', async () => {
  const { app } = await tokenWorld()
  const get = await app.inject({ url: '/token' })
  expect([get.statusCode, get.headers.allow, get.json().error]).toEqual([405, 'POST', 'invalid_request'])
  expect(get.headers['access-control-allow-origin']).toBe('*')
  const post = await app.inject({ method: 'POST', url: '/jwks' })
  expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET'])
  expect((await app.inject({ method: 'HEAD', url: '/jwks' })).statusCode).toBe(200)
})

test('a path nobody serves is 404 in our own words', async () => {
  const { app } = await tokenWorld()
  const answer = await app.inject('/nothing')
  expect([answer.statusCode, answer.json().error]).toEqual([404, 'invalid_request'])
  expect(answer.json().error_uri).toContain('urn:gatehouse:error:request:not-found')
})

const guess = {
  grant_type: 'authorization_code',
  redirect_uri: 'https://app.example/callback',
  code_verifier: 'v'.repeat(43),
}

test('THR-39 a thousand guesses at codes are stopped; other clients and other addresses are not affected', async () => {
  const { env, post, redeem } = await tokenWorld()
  await env.store.clients.create({ ...aClient, id: 'other-app' })
  const statuses: number[] = []
  for (let tries = 0; tries < 1000; tries += 1)
    statuses.push((await post({ ...guess, client_id: aClient.id, code: `guess-${tries}` })).statusCode)
  expect(statuses.filter((status) => status === 400)).toHaveLength(100)
  const limited = await post({ ...guess, client_id: aClient.id, code: 'x' })
  expect([limited.statusCode, limited.headers['retry-after'], limited.json().error]).toEqual([
    429,
    '60',
    'temporarily_unavailable',
  ])
  const other = await redeem(await newCode(env, { grant: { clientId: 'other-app' } }), { client_id: 'other-app' })
  expect(other.statusCode).toBe(200)
  env.clock.advance(61)
  expect((await redeem(await newCode(env))).statusCode).toBe(200)
})

test('THR-39 changing the client name does not help: the address is counted too', async () => {
  const { post } = await tokenWorld()
  let limited = 0
  for (let tries = 0; tries < 1100; tries += 1)
    if ((await post({ ...guess, client_id: `nobody-${tries}`, code: 'x' })).statusCode === 429) limited += 1
  expect(limited).toBe(100)
})

test('THR-39 wrong secrets in the header are counted for the client they name, and never stored', async () => {
  const { env, post } = await tokenWorld()
  await env.store.clients.create({
    ...aClient,
    id: 'chart',
    auth: { method: 'client_secret_basic', secretHash: hashSecret('s') },
  })
  const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`chart:${secret}`).toString('base64')}` })
  const statuses: number[] = []
  for (let tries = 0; tries < 101; tries += 1) statuses.push((await post(guess, basic(`secret-${tries}`))).statusCode)
  expect(statuses.at(-1)).toBe(429)
  expect((await post({ ...guess, client_id: aClient.id })).statusCode).toBe(400)
})

test('AID-21 a paused grant that is asked for again and again is no guessing', async () => {
  const { env, post, redeem } = await tokenWorld()
  const { refresh_token } = (await redeem(await newCode(env, { grant: { id: 'g' } }))).json()
  await env.store.grants.suspend('g', 'organization_changed', env.now())
  const form = { grant_type: 'refresh_token', refresh_token, client_id: aClient.id }
  const statuses = new Set<number>()
  for (let tries = 0; tries < 150; tries += 1) statuses.add((await post(form)).statusCode)
  expect([...statuses]).toEqual([400])
})

test('BS-05 no configuration serves people or apps over plain http', () => {
  const [server] = testConfigInput.resourceServers
  const plain = [
    { issuer: 'http://auth.example.org' },
    { resourceServers: [{ ...server, name: 'x', base: 'http://fhir.example.org/r4' }] },
  ]
  for (const changes of plain) expect(() => parseConfig({ ...testConfigInput, ...changes })).toThrow('must be https')
  expect(parseConfig(testConfigInput).issuer).toBe(testConfigInput.issuer)
})
