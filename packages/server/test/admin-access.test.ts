import { expect, test } from 'vitest'
import { operations } from '../src/admin/operations.ts'
import { operatorWorld } from './operator-world.ts'

const lines = operations.map(({ operation }) => ({
  ...operation,
  line: `${operation.method} ${operation.path.replace(':id', 'x')}`,
}))

test('THR-45 nobody does anything without an operator token, whatever else they send', async () => {
  const { ask, env } = await operatorWorld()
  for (const { line } of lines) {
    const { status, body } = await ask(line, { as: 'nobody', headers: { cookie: '__Host-session=x' } })
    expect([line, status, body.error]).toEqual([line, 401, 'invalid_token'])
  }
  const forged = await ask('GET /clients', { as: 'nobody', headers: { authorization: `Bearer ${'A'.repeat(43)}` } })
  const hashAsToken = env.config.operator.tokens[0]?.hash ?? ''
  const stolen = await ask('GET /clients', { as: 'nobody', headers: { authorization: `Bearer ${hashAsToken}` } })
  expect([forged.status, stolen.status]).toEqual([401, 401])
})

test('a role does what it may and no more, for every operation', async () => {
  const { ask } = await operatorWorld()
  const order = ['viewer', 'support', 'admin'] as const
  for (const { line, role } of lines)
    for (const asked of order) {
      const { status } = await ask(line, { as: asked, body: line.startsWith('GET') ? undefined : {} })
      const may = order.indexOf(asked) >= order.indexOf(role)
      expect([line, asked, status === 403]).toEqual([line, asked, !may])
    }
})

test('without operators in the configuration nothing is open', async () => {
  const { ask } = await operatorWorld()
  const { env } = await operatorWorld()
  expect(env.config.operator.tokens.length).toBe(3)
  expect((await ask('GET /clients', { as: 'nobody', headers: { authorization: 'Bearer' } })).status).toBe(401)
})

test('health, metrics and the description of the API need no token and tell no secret', async () => {
  const { ask } = await operatorWorld()
  for (const line of ['GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /openapi.json'])
    expect([line, (await ask(line, { as: 'nobody' })).status]).toEqual([line, 200])
})

test('a body with faults is refused with every fault named', async () => {
  const { ask } = await operatorWorld()
  const { status, body } = await ask('POST /users', { body: { username: '', role: 'king', colour: 'red' } })
  expect(status).toBe(400)
  expect(body.error_description).toMatch(/body\.username:.*body\.role:.*colour/s)
})
