import { type Answer, empty, type Input, type Pair } from './answer.ts'
import type { Config } from './config.ts'
import type { Exchange } from './exchange.ts'
import type { Outcome } from './outcome.ts'

/** On every answer: nothing is stored by anyone between, and a type is never guessed. Spec: THR-33 */
export const standingHeaders: readonly Pair[] = [
  ['cache-control', 'private, no-store'],
  ['vary', 'Authorization, Origin'],
  ['x-content-type-options', 'nosniff'],
]

const exposed = [
  'ETag',
  'Location',
  'Content-Location',
  'Last-Modified',
  'Retry-After',
  'X-Progress',
  'X-Request-Id',
  'WWW-Authenticate',
  'DPoP-Nonce',
  'Link',
  'Date',
].join(', ')

const allowed = [
  'Authorization',
  'Content-Type',
  'Accept',
  'If-Match',
  'If-None-Match',
  'If-None-Exist',
  'If-Modified-Since',
  'Prefer',
  'DPoP',
  'X-Request-Id',
].join(', ')

/** Who may call from a browser; on errors and preflight too, and never with credentials. Spec: AL-16, AL-17, IN-22, TOK-25 */
export const corsHeaders = ({ cors }: Config, { headers }: Input): readonly Pair[] => {
  const { origin } = headers
  const allowedOrigin = cors === 'any' ? '*' : typeof origin === 'string' && cors.includes(origin) ? origin : undefined
  if (allowedOrigin === undefined) return []
  return [
    ['access-control-allow-origin', allowedOrigin],
    ['access-control-expose-headers', exposed],
  ]
}

/** What the gateway says of its own accord: the request's id, and where the consent to a disclosure stands. Spec: CON-33 */
export const ownHeaders = ({ answer }: Outcome, { requestId, open }: Exchange): readonly Pair[] => {
  const { consentLink } = open.config
  const discloses = consentLink !== undefined && answer.status === 200 && answer.body !== ''
  return [['x-request-id', requestId], ...(discloses ? [['link', `<${consentLink}>; rel="consent"`] as const] : [])]
}

/** The answer to OPTIONS. */
export const preflight = (): Answer =>
  empty(204, [
    ['access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
    ['access-control-allow-headers', allowed],
    ['access-control-max-age', '600'],
  ])
