/**
 * Leaving: the server is told first, then everything here is forgotten, also when the server cannot be reached.
 */
import * as oauth from 'oauth4webapi'
import type { App } from './app.ts'
import { callerFor } from './caller.ts'
import type { Keeper } from './session-keeper.ts'
import { parseSessionRecord, type SessionRecord } from './session-record.ts'

/**
 * Revokes the refresh token (which cuts its access tokens) and forgets the session in all tabs. False when the server could
 * not be told: the person can then still end it on the server's own page (`manageUrl`).
 *
 * Spec: SDK-31, RFC-10
 */
export async function signOut(app: App, keeper: Keeper): Promise<boolean> {
  const { platform } = app
  const { key } = keeper
  const told = await platform.exclusive(`smart:${key}`, async () => {
    const record = parseSessionRecord(await platform.vault.read(key)) ?? keeper.record()
    const revoked = await revoke(app, record).catch(() => false)
    await platform.vault.remove(key)
    return revoked
  })
  keeper.tell('ended')
  return told
}

async function revoke(app: App, record: SessionRecord): Promise<boolean> {
  if (record.server.metadata.revocation_endpoint === undefined) return false
  const { as, client, auth, options } = await callerFor(app, record.server, record.skew)
  const token = record.refreshToken ?? record.accessToken
  const hint = record.refreshToken === undefined ? 'access_token' : 'refresh_token'
  const response = await oauth.revocationRequest(as, client, auth, token, {
    [oauth.customFetch]: options[oauth.customFetch],
    [oauth.allowInsecureRequests]: options[oauth.allowInsecureRequests],
    signal: options.signal,
    additionalParameters: { token_type_hint: hint },
  })
  await oauth.processRevocationResponse(response)
  return true
}
