import { expect, test } from 'vitest'
import { publicApp } from '../src/index.ts'
import { testEnv, testStart } from './env.ts'

test('a test environment serves the map over a store that works', async () => {
  const app = await publicApp(await testEnv())
  const answer = await app.inject('/health/ready')
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
})

test('readiness fails when the store does not answer', async () => {
  const env = await testEnv()
  const app = await publicApp(env)
  await env.store.close()
  expect((await app.inject('/health/ready')).statusCode).toBe(500)
})

test('the clock runs due timers in order of time and cancelled ones never', async () => {
  const env = await testEnv()
  const ran: string[] = []
  env.after(20, () => ran.push(`second at ${env.now() - testStart}`))
  env.after(10, () => ran.push(`first at ${env.now() - testStart}`))
  env.after(15, () => ran.push('cancelled'))()
  env.clock.advance(19)
  expect(ran).toEqual(['first at 10'])
  env.clock.advance(1)
  expect(ran).toEqual(['first at 10', 'second at 20'])
})

test('the outside world is unreachable unless a test scripts it', async () => {
  const env = await testEnv()
  const options = { timeoutSeconds: 1, maxBytes: 10 }
  await expect(env.fetch(new URL('https://app.example/jwks'), options)).rejects.toThrow('unreachable')
  env.web.set('https://app.example/jwks', () => ({ status: 200, headers: new Headers(), body: Buffer.from('{}') }))
  expect((await env.fetch(new URL('https://app.example/jwks'), options)).status).toBe(200)
})

test('injected requests arrive with their headers', async () => {
  const env = await testEnv()
  const app = await publicApp(env)
  const answer = await app.inject({ url: '/health/live', headers: { authorization: 'Bearer x' } })
  expect([answer.statusCode, env.logged]).toEqual([200, []])
})
