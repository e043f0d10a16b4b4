import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { freshness, openClientKeyring } from './client-keys.ts'

const jwk = (kid: string, more: Record<string, unknown> = {}) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
})

const uri = 'https://app.example/jwks.json'
const question = { kid: 'a', alg: 'ES384' } as const

const world = (answers: () => { keys: unknown; cacheControl?: string; status?: number }) => {
  let time = 1000
  let fetches = 0
  const ring = openClientKeyring({
    now: () => time,
    log: () => undefined,
    fetch: async () => {
      fetches += 1
      const { keys, cacheControl, status = 200 } = answers()
      const headers = new Headers(cacheControl === undefined ? {} : { 'cache-control': cacheControl })
      return { status, headers, body: Buffer.from(JSON.stringify({ keys })) }
    },
  })
  const pass = (seconds: number): void => {
    time += seconds
  }
  return { ring, pass, fetches: () => fetches }
}

test('CA-32 exactly one key with kid and fitting kty is taken; none, several and misfits are refused', async () => {
  const { ring } = world(() => ({ keys: [] }))
  const find = (keys: readonly Record<string, unknown>[], alg: 'ES384' | 'ES256' | 'RS384' = 'ES384') =>
    ring.find({ kind: 'jwks', jwks: { keys } }, { kid: 'a', alg })
  expect(await find([jwk('a'), jwk('b')])).toBeDefined()
  expect(await find([jwk('b')])).toBeUndefined()
  expect(await find([jwk('a'), jwk('a')])).toBeUndefined()
  expect(await find([jwk('a')], 'RS384')).toBeUndefined()
  expect(await find([jwk('a')], 'ES256')).toBeUndefined()
  expect(await find([jwk('a', { use: 'enc' })])).toBeUndefined()
  expect(await find([jwk('a', { d: 'AAAA' })])).toBeUndefined()
})

test('weak RSA keys are refused', async () => {
  const { ring } = world(() => ({ keys: [] }))
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
  expect(
    await ring.find({ kind: 'jwks', jwks: { keys: [{ ...weak, kid: 'a' }] } }, { kid: 'a', alg: 'RS384' }),
  ).toBeUndefined()
})

test('CA-30 a jku that is not the registered URL fails without being fetched; the registered one works', async () => {
  const { ring, fetches } = world(() => ({ keys: [jwk('a')] }))
  const keys = { kind: 'jwks_uri', uri } as const
  expect(await ring.find(keys, { ...question, jku: 'https://evil.example/jwks.json' })).toBeUndefined()
  expect(await ring.find({ kind: 'jwks', jwks: { keys: [jwk('a')] } }, { ...question, jku: uri })).toBeUndefined()
  expect(fetches()).toBe(0)
  expect(await ring.find(keys, { ...question, jku: uri })).toBeDefined()
})

test('CA-34 CA-35 a set is kept as long as Cache-Control allows and no longer', async () => {
  const { ring, pass, fetches } = world(() => ({ keys: [jwk('a')], cacheControl: 'max-age=120' }))
  const keys = { kind: 'jwks_uri', uri } as const
  await ring.find(keys, question)
  pass(119)
  await ring.find(keys, question)
  expect(fetches()).toBe(1)
  pass(1)
  await ring.find(keys, question)
  expect(fetches()).toBe(2)
})

test('CA-34 no-store is fetched for every request, yet once for all who ask together', async () => {
  const { ring, pass, fetches } = world(() => ({ keys: [jwk('a')], cacheControl: 'no-store' }))
  const keys = { kind: 'jwks_uri', uri } as const
  await Promise.all([ring.find(keys, question), ring.find(keys, question)])
  expect(fetches()).toBe(1)
  pass(1)
  await ring.find(keys, question)
  expect(fetches()).toBe(2)
})

test('THR-43 an unknown kid fetches again, but not more often than every few seconds', async () => {
  let keys: unknown[] = [jwk('old')]
  const { ring, pass, fetches } = world(() => ({ keys, cacheControl: 'max-age=3600' }))
  const at = { kind: 'jwks_uri', uri } as const
  expect(await ring.find(at, question)).toBeUndefined()
  expect(await ring.find(at, question)).toBeUndefined()
  expect(fetches()).toBe(1)
  keys = [jwk('old'), jwk('a')]
  pass(11)
  expect(await ring.find(at, question)).toBeDefined()
  expect(fetches()).toBe(2)
})

test('a URL that fails gives no key, and is asked again', async () => {
  let status = 500
  const { ring } = world(() => ({ keys: [jwk('a')], status }))
  const at = { kind: 'jwks_uri', uri } as const
  expect(await ring.find(at, question)).toBeUndefined()
  status = 200
  expect(await ring.find(at, question)).toBeDefined()
})

test('freshness reads Cache-Control and Age and never exceeds an hour', () => {
  const of = (values: Record<string, string>): number => freshness(new Headers(values))
  expect(of({})).toBe(60)
  expect(of({ 'cache-control': 'public, max-age=90' })).toBe(90)
  expect(of({ 'cache-control': 'max-age=90', age: '30' })).toBe(60)
  expect(of({ 'cache-control': 'max-age=90', age: '300' })).toBe(0)
  expect(of({ 'cache-control': 'No-Cache' })).toBe(0)
  expect(of({ 'cache-control': 'max-age=999999' })).toBe(3600)
})
