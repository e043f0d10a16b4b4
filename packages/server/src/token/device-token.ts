import { deviceScope } from '../clients/client-scopes.ts'
import type { Env } from '../env.ts'
import { newSecret } from '../secret.ts'
import { accessTokenClaims } from './claims.ts'
import type { Caller, Redeemed } from './redeemed.ts'

/** Seconds in which a device can be registered. Spec: TOK-30 */
const lifetime = 600

/**
 * The token with which an app registers the device it runs on, once: for apps that asked for it at registration, beside a
 * lasting refresh token, which the device's key can then take the place of. `undefined` for everyone else.
 *
 * Spec: TOK-30
 */
export const issueDeviceToken = async (
  { grant, refreshToken }: Redeemed,
  { client }: Caller,
  env: Env,
): Promise<string | undefined> => {
  const lasting = grant.access === 'offline' && refreshToken !== undefined
  if (!env.config.clients.devices || client.registersDevices !== true || !lasting) return undefined
  const issuedAt = env.now()
  const facts = {
    scope: deviceScope,
    clientId: client.id,
    jti: newSecret(env),
    issuedAt,
    expiresAt: Math.min(issuedAt + lifetime, grant.endsAt ?? Number.POSITIVE_INFINITY),
  }
  const powerless = { ...grant, audience: [env.config.issuer], context: {} }
  return env.keys.sign('ES256', 'at+jwt', accessTokenClaims(powerless, facts, env.config))
}
