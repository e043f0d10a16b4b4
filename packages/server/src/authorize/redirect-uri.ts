import type { Client } from '../clients/client.ts'

/**
 * Whether a requested redirect URI is one of the registered ones: equal as strings. Nothing is decoded, resolved or
 * completed, because every lenient compare has been a way to send codes elsewhere. Only the port of a loopback address is
 * free, and only for public clients: a native app listens on whatever port the system gives it.
 *
 * Spec: AL-34, IN-21, RFC 8252 §7.3, THR-01
 */
export const isRegisteredRedirectUri = (client: Pick<Client, 'redirectUris' | 'auth'>, asked: string): boolean =>
  client.redirectUris.some(
    (registered) => registered === asked || (client.auth.method === 'none' && equalsButPort(registered, asked)),
  )

const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::[1-9]\d{0,4})?(\/[^#\\\s]*)?$/

const equalsButPort = (registered: string, asked: string): boolean => {
  const one = loopback.exec(registered)
  const other = loopback.exec(asked)
  return one !== null && other !== null && one[1] === other[1] && one[2] === other[2]
}
