import { describe, expect, test } from 'vitest'
import { checkPassword } from '../src/sign-in/local-users.ts'
import { freshSession } from '../src/store/contract/records.ts'
import { operatorWorld } from './operator-world.ts'
import { aClient, aUser, newCode } from './token-world.ts'

const grantOf = async (world: Awaited<ReturnType<typeof operatorWorld>>) => {
  const answer = await world.redeem(await newCode(world.env))
  const { body } = await world.ask(`GET /grants?subject=${aUser.subject}`)
  const [grant] = body.records as readonly { id: string; state: string }[]
  return { id: grant?.id ?? '', tokens: answer.json() }
}

const refresh = ({ post }: Awaited<ReturnType<typeof operatorWorld>>, token: string) =>
  post({ grant_type: 'refresh_token', refresh_token: token, client_id: aClient.id })

describe('grants', () => {
  test('are found by person or by client, and looking is audited', async () => {
    const world = await operatorWorld()
    const { id } = await grantOf(world)
    expect(world.env.audited.at(-1)).toMatchObject({
      reason: 'list-grants',
      subject: aUser.subject,
      actor: 'the admin',
    })
    const byClient = await world.ask(`GET /grants?client_id=${aClient.id}`, { as: 'viewer' })
    expect(byClient.body).toMatchObject({ records: [{ id, patient: 'p1', state: 'active' }] })
    expect((await world.ask(`GET /grants/${id}`)).body).toMatchObject({ id, subject: aUser.subject })
    for (const query of ['', `?subject=a&client_id=b`])
      expect((await world.ask(`GET /grants${query}`)).status).toBe(400)
  })

  test('TOK-40 revoked, the refresh token is dead at once; it cannot be resumed', async () => {
    const world = await operatorWorld()
    const { id, tokens } = await grantOf(world)
    expect((await world.ask(`POST /grants/${id}/revoke`, { as: 'support' })).body.state).toBe('revoked')
    const refused = await refresh(world, tokens.refresh_token)
    expect([refused.statusCode, refused.json().error]).toEqual([400, 'invalid_grant'])
    expect((await world.ask(`POST /grants/${id}/revoke`)).status).toBe(200)
    expect((await world.ask(`POST /grants/${id}/resume`)).status).toBe(409)
    expect(world.env.audited.filter(({ event }) => event === 'grant-ended').length).toBe(1)
  })

  test('TOK-17 suspended and resumed, the same refresh token works again', async () => {
    const world = await operatorWorld()
    const { id, tokens } = await grantOf(world)
    await world.ask(`POST /grants/${id}/suspend`, { as: 'support' })
    expect((await refresh(world, tokens.refresh_token)).statusCode).toBe(400)
    await world.ask(`POST /grants/${id}/resume`, { as: 'support' })
    expect((await refresh(world, tokens.refresh_token)).statusCode).toBe(200)
    expect((await world.ask('POST /grants/none/suspend')).status).toBe(404)
  })
})

const bo = {
  username: 'bo',
  name: 'Bo Li',
  role: 'practitioner',
  fhir_user: 'Practitioner/bo',
  password: 'horse battery',
}

describe('users', () => {
  test('are added with a password that works and is never shown', async () => {
    const { ask, env } = await operatorWorld()
    const made = await ask('POST /users', { body: bo })
    expect([made.status, made.body.has_password, made.body.state]).toEqual([201, true, 'active'])
    expect(JSON.stringify(made.body)).not.toMatch(/argon2|horse/)
    const tried = { username: 'bo', password: 'horse battery', remoteAddress: '127.0.0.1' }
    expect(await checkPassword(tried, env)).toMatchObject({ name: 'Bo Li' })
    expect((await ask('POST /users', { body: bo })).status).toBe(409)
    expect((await ask('GET /users?username=bo')).body).toMatchObject({ records: [{ subject: made.body.subject }] })
    expect((await ask('GET /users?username=cy')).body).toEqual({ records: [] })
  })

  test('are changed only from the version that was seen, and not to a name of another', async () => {
    const { ask } = await operatorWorld()
    const { password: _, ...document } = bo
    const made = await ask('POST /users', { body: bo })
    const line = `PUT /users/${made.body.subject}`
    expect((await ask(line, { body: document })).status).toBe(428)
    const changed = await ask(line, { body: { ...document, name: 'Bo' }, headers: { 'if-match': made.etag } })
    expect([changed.status, changed.body.name, changed.body.has_password]).toEqual([200, 'Bo', true])
    expect((await ask(line, { body: document, headers: { 'if-match': made.etag } })).status).toBe(412)
    const renamed = { ...document, username: aUser.username }
    expect((await ask(line, { body: renamed, headers: { 'if-match': changed.etag } })).status).toBe(409)
  })

  test('TOK-43 a new password ends every session; so does disabling and signing out everywhere', async () => {
    const { ask, env } = await operatorWorld()
    const line = `/users/${aUser.subject}`
    const actions = [
      () => ask(`POST ${line}/password`, { body: { password: 'another horse' } }),
      () => ask(`POST ${line}/sign-out`, { as: 'support' }),
      () => ask(`POST ${line}/state`, { as: 'support', body: { state: 'disabled' } }),
    ]
    for (const [number, act] of actions.entries()) {
      await env.store.sessions.create(freshSession(`s${number}`, aUser.subject, env.now()))
      expect((await act()).status).toBe(200)
      expect(await env.store.sessions.find(`s${number}`, env.now())).toBe(undefined)
    }
    expect((await ask(`POST ${line}/password`, { body: { password: 'short' } })).status).toBe(400)
  })

  test('disabled, their apps get nothing; enabled, they go on', async () => {
    const world = await operatorWorld()
    const { tokens } = await grantOf(world)
    await world.ask(`POST /users/${aUser.subject}/state`, { body: { state: 'disabled' } })
    expect((await refresh(world, tokens.refresh_token)).statusCode).toBe(400)
    await world.ask(`POST /users/${aUser.subject}/state`, { body: { state: 'active' } })
    expect((await refresh(world, tokens.refresh_token)).statusCode).toBe(200)
  })
})

test('THR-43 keys are rotated on demand; the new one is announced before it signs', async () => {
  const { ask, env } = await operatorWorld()
  const { body } = await ask('POST /keys/rotate')
  const records = body.records as readonly { alg: string; state: string }[]
  expect(
    records
      .filter(({ alg }) => alg === 'ES256')
      .map(({ state }) => state)
      .toSorted(),
  ).toEqual(['announced', 'retiring'])
  expect(JSON.stringify(body)).not.toContain('sealed')
  expect(env.audited.filter(({ event }) => event === 'key-rotated').length).toBe(2)
})

test('THR-08 an operator records a launch for an app and a user that exist', async () => {
  const { ask, env } = await operatorWorld()
  env.facts.patients.push({ id: 'p1', name: 'Ana' })
  const body = { client_id: aClient.id, username: 'ana', patient: 'p1' }
  const made = await ask('POST /launches', { body })
  expect([made.status, typeof made.body.launch]).toEqual([201, 'string'])
  expect((await ask('POST /launches', { body: { ...body, patient: 'p2' } })).status).toBe(400)
  expect((await ask('POST /launches', { body: { ...body, client_id: 'none' } })).status).toBe(400)
})
