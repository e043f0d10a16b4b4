import { expect, test } from 'vitest'
import { openStore } from '../src/store/open.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { testAudience } from './env.ts'
import { operatorWorld } from './operator-world.ts'

const document = {
  developerSite: 'https://dev.example.org',
  list: [{ id: 'hospital', name: 'Example Hospital', website: 'https://www.example.org' }],
}

const put = (ask: Awaited<ReturnType<typeof operatorWorld>>['ask'], etag: string, body: unknown) =>
  ask('PUT /brands', { body, headers: { 'if-match': etag } })

test('UB-08 an operator publishes brands without a restart, and discovery tells of them', async () => {
  const { ask, app } = await operatorWorld()
  expect((await app.inject('/brands')).statusCode).toBe(404)
  const before = await ask('GET /brands')
  expect([before.body, before.etag]).toEqual([{ source: 'configuration' }, '"0"'])
  const saved = await put(ask, before.etag, document)
  expect([saved.status, saved.body.source, saved.etag]).toEqual([200, 'operators', '"1"'])
  const bundle = (await app.inject('/brands')).json()
  expect([bundle.timestamp, bundle.entry[0].resource.name]).toEqual(['2026-11-02T09:00:00Z', 'Example Hospital'])
  const smart = (await app.inject(`/.well-known/smart-configuration?base=${testAudience}`)).json()
  expect(smart.user_access_brand_identifier).toMatchObject({ value: 'https://example.org' })
})

test('UB-04 a change has a new time; another node shows it within half a minute', async () => {
  const store = openStore(openSqlite(':memory:', setImmediate))
  const [one, other] = [await operatorWorld({ store }), await operatorWorld({ store })]
  await put(one.ask, '"0"', document)
  one.env.clock.advance(5)
  const renamed = { ...document, list: [{ ...document.list[0], name: 'New Name' }] }
  expect((await put(one.ask, '"1"', renamed)).status).toBe(200)
  expect((await one.app.inject('/brands')).json().timestamp).toBe('2026-11-02T09:00:05Z')
  other.env.clock.advance(30)
  await other.app.inject('/brands')
  await expect.poll(async () => (await other.app.inject('/brands')).json().entry[0].resource.name).toBe('New Name')
})

test('what breaks a rule, or was changed meanwhile, is refused and nothing changes', async () => {
  const { ask, app } = await operatorWorld()
  const twice = { ...document, list: [document.list[0], document.list[0]] }
  const broken = await put(ask, '"0"', twice)
  expect([broken.status, broken.body.error_description]).toEqual([400, expect.stringContaining('used twice')])
  expect((await ask('PUT /brands', { body: document })).status).toBe(428)
  for (const tag of ['"7"', '"x"', '"1e3"', '"-1"'])
    expect([tag, (await put(ask, tag, document)).status]).toEqual([tag, 412])
  expect((await app.inject('/brands')).statusCode).toBe(404)
})

test('reset, the brands of the configuration are back', async () => {
  const configured = { ...document, changedAt: '2026-01-01T00:00:00Z' }
  const { ask, app } = await operatorWorld({ config: { brands: configured } })
  await put(ask, '"0"', { ...document, list: [{ ...document.list[0], name: 'Other' }] })
  const gone = await ask('DELETE /brands', { headers: { 'if-match': '"1"' } })
  expect([gone.status, gone.body.source]).toEqual([200, 'configuration'])
  expect((await app.inject('/brands')).json().timestamp).toBe('2026-01-01T00:00:00Z')
  expect((await ask('DELETE /brands', { headers: { 'if-match': '"0"' } })).status).toBe(404)
})
