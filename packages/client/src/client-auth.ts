/**
 * How the app proves at the token endpoint that it is the registered client. The same at refresh as at redemption.
 */
import * as oauth from 'oauth4webapi'
import type { App } from './app.ts'
import { SmartError } from './errors.ts'

/** Assertions are read once, within five minutes; a shorter life costs nothing. Spec: CA-24 */
const assertionLife = 240

/**
 * The authentication method as the protocol library takes it. Throws `option-refused` for a secret in a page, where anyone
 * can read it.
 *
 * Spec: AL-53, AL-54, AL-57, SY-01, RF-08, SDK-15, SDK-22
 */
export function clientAuth(app: Pick<App, 'auth' | 'platform'>): oauth.ClientAuth {
  const { auth } = app
  if (auth === undefined) return oauth.None()
  if (auth.kind === 'secret') {
    if (app.platform.page !== undefined) {
      throw new SmartError('option-refused', 'A client secret in a browser is no secret: register a public client')
    }
    return oauth.ClientSecretBasic(auth.secret)
  }
  return privateKeyJwt(auth)
}

/** Spec: CA-13, CA-19, CA-20, CA-22, CA-23, CA-24, CA-25, CA-26, BS-06 */
function privateKeyJwt({ key, kid }: { readonly key: CryptoKey; readonly kid: string }): oauth.ClientAuth {
  return async (...request) => {
    const [as, , body] = request
    const sign = oauth.PrivateKeyJwt(
      { key, kid },
      {
        [oauth.modifyAssertion]: (header, payload) => {
          header.typ = 'JWT'
          payload.aud = as.token_endpoint
          payload.exp = Number(payload.iat) + assertionLife
        },
      },
    )
    await sign(...request)
    if (body.has('grant_type')) body.delete('client_id')
  }
}
