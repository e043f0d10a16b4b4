import { expect, test } from 'vitest'
import { aClient, newCode, tokenWorld } from './token-world.ts'

/** A world with tokens of one grant, and whether each still works. */
const withTokens = async () => {
  const world = await tokenWorld()
  const { env, post, postTo, redeem, app } = world
  const tokens = (await redeem(await newCode(env, { grant: { id: 'g' } }))).json()
  const revoke = (token: string, clientId = aClient.id) => postTo('/revoke', { token, client_id: clientId })
  const accessWorks = async (): Promise<boolean> => {
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    return (await app.inject({ url: '/userinfo', headers })).statusCode === 200
  }
  const refreshWorks = async (): Promise<boolean> => {
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: aClient.id }
    return (await post(form)).statusCode === 200
  }
  return { ...world, tokens, revoke, accessWorks, refreshWorks }
}

test('RFC-10 TOK-40 TOK-42 CF-23 revoking the refresh token ends the grant and its access tokens', async () => {
  const { env, tokens, revoke, accessWorks, refreshWorks } = await withTokens()
  const answer = await revoke(tokens.refresh_token)
  expect([answer.statusCode, answer.body]).toEqual([200, ''])
  expect([await accessWorks(), await refreshWorks()]).toEqual([false, false])
  expect(await env.store.grants.find('g')).toMatchObject({ state: 'revoked', stateReason: 'revoked_by_client' })
  expect(env.audited.map(({ event }) => event)).toContain('token-revoked')
})

test('TOK-42 revoking an access token leaves the grant and its refresh token', async () => {
  const { tokens, revoke, accessWorks, refreshWorks } = await withTokens()
  expect((await revoke(tokens.access_token)).statusCode).toBe(200)
  expect([await accessWorks(), await refreshWorks()]).toEqual([false, true])
})

test('RFC-10 an unknown token, and one revoked before, are 200 too', async () => {
  const { tokens, revoke } = await withTokens()
  for (const token of ['unknown', tokens.refresh_token, tokens.refresh_token, tokens.id_token])
    expect((await revoke(token)).statusCode).toBe(200)
})

test('RFC-10 tokens of another client are refused and live on', async () => {
  const { env, tokens, revoke, accessWorks, refreshWorks } = await withTokens()
  await env.store.clients.create({ ...aClient, id: 'other-app' })
  for (const token of [tokens.refresh_token, tokens.access_token]) {
    const answer = await revoke(token, 'other-app')
    expect([answer.statusCode, answer.json().error]).toEqual([400, 'invalid_grant'])
  }
  expect([await accessWorks(), await refreshWorks()]).toEqual([true, true])
})

test('RFC-10 the client must authenticate and name a token', async () => {
  const { tokens, postTo, revoke } = await withTokens()
  expect((await revoke(tokens.refresh_token, 'nobody')).statusCode).toBe(401)
  expect((await postTo('/revoke', { token: tokens.refresh_token })).statusCode).toBe(401)
  expect((await postTo('/revoke', { client_id: aClient.id })).json().error).toBe('invalid_request')
})
