import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { openEnv } from '../src/open-env.ts'
import { openStore } from '../src/store/open.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { openSigningKeys } from '../src/token/keys.ts'
import { testEnv } from './env.ts'
import { newCode, tokenWorld } from './token-world.ts'

const claims = { iss: 'x' }
const kidOf = (token: string): string => String(decodeProtectedHeader(token).kid)
const verifies = async (token: string, jwks: unknown): Promise<boolean> =>
  jwtVerify(token, createLocalJWKSet(jwks as JSONWebKeySet)).then(
    () => true,
    () => false,
  )

test('THR-43 a new key is published before it signs, an old one stays after it signed last', async () => {
  const env = await testEnv()
  const before = kidOf(await env.keys.sign('ES256', 'at+jwt', claims))
  const [added] = await env.keys.rotate('now')
  expect(env.keys.jwks().keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([before, added]))
  expect(kidOf(await env.keys.sign('ES256', 'at+jwt', claims))).toBe(before)
  env.clock.advance(600)
  expect(kidOf(await env.keys.sign('ES256', 'at+jwt', claims))).toBe(added)
  const last = await env.keys.sign('ES256', 'at+jwt', claims)
  expect(env.keys.find(before)).toBeDefined()
  env.clock.advance(7200)
  await env.keys.refresh()
  expect(env.keys.find(before)).toBeUndefined()
  expect(await verifies(last, env.keys.jwks())).toBe(true)
})

test('THR-43 keys are replaced when they are old enough, and not before', async () => {
  const env = await testEnv()
  expect(await env.keys.rotate('due')).toEqual([])
  env.clock.advance(90 * 86_400)
  expect(await env.keys.rotate('due')).toHaveLength(2)
  expect(await env.keys.rotate('due')).toEqual([])
})

test('THR-43 rotated under load no token is issued that the published set cannot verify', async () => {
  const world = await tokenWorld()
  const { env, app, redeem } = world
  for (let round = 0; round < 12; round += 1) {
    if (round % 4 === 1) await env.keys.rotate('now')
    env.clock.advance(200)
    const codes = await Promise.all(Array.from({ length: 5 }, () => newCode(env)))
    const published = (await app.inject('/jwks')).json()
    for (const answer of await Promise.all(codes.map((code) => redeem(code)))) {
      const { access_token, id_token } = answer.json()
      const clock = { currentDate: new Date(env.now() * 1000) }
      const set = createLocalJWKSet(published)
      expect((await jwtVerify(access_token, set, clock)).payload.jti).toBeDefined()
      expect((await jwtVerify(id_token, set, clock)).payload.sub).toBeDefined()
    }
  }
})

test('THR-43 another node signs with the new key only after this one knows it', async () => {
  const env = await testEnv()
  const other = await openEnv(env)
  const [added] = await other.keys.rotate('now')
  expect(env.keys.find(String(added))).toBeUndefined()
  env.clock.advance(30)
  await env.keys.refresh()
  expect(env.keys.find(String(added))).toBeDefined()
})

test('private keys are sealed with the master key: another one does not open them', async () => {
  const env = await testEnv()
  const stored = JSON.stringify(await env.store.keys.list())
  expect(stored).not.toMatch(/"d"|PRIVATE/)
  const masterKey = Buffer.alloc(32, 8).toString('base64url')
  await expect(openSigningKeys({ ...env, config: { ...env.config, masterKey } })).rejects.toThrow()
})

test('an empty store gets its first keys from one node; nodes that start together share them', async () => {
  const env = await testEnv()
  const store = openStore(openSqlite(':memory:', setImmediate))
  await store.migrate()
  const after: typeof env.after = (_seconds, run) => {
    const timer = setTimeout(run, 20)
    return () => clearTimeout(timer)
  }
  const nodes = await Promise.all([1, 2, 3].map(() => openSigningKeys({ ...env, store, after })))
  expect(await store.keys.list()).toHaveLength(2)
  const token = await nodes[0]?.sign('RS256', 'JWT', claims)
  expect(await verifies(String(token), nodes[2]?.jwks())).toBe(true)
})
