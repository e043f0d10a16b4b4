import { type Answer, json, type Pair } from './answer.ts'
import { type Denial, denialReasons } from './denial-reasons.ts'

const notFound = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: 'not-found',
      details: {
        coding: [{ system: 'urn:ietf:rfc:3986', code: 'urn:gatehouse:error:gateway:not-found' }],
        text: denialReasons['not-found'][2],
      },
    },
  ],
})

/**
 * Denial → answer. What depends on stored data is one constant 404, so absent, deleted and foreign cannot be told apart.
 * Spec: RFC-07, AL-78, ONC-20, GW-28, THR-27
 */
export const refuse = (denial: Denial): Answer => {
  const [status, code, text] = denialReasons[denial.reason]
  if (denial.reason === 'not-found') return { ...json(404, null), body: notFound }
  const detail = denial.about === undefined ? text : `${text} (${printable(denial.about)})`
  const outcome = {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code,
        details: {
          coding: [{ system: 'urn:ietf:rfc:3986', code: `urn:gatehouse:error:gateway:${denial.reason}` }],
          text: detail,
        },
      },
    ],
  }
  return json(status, outcome, headersOf(denial, status))
}

/** Only what a client may see of its own words: ASCII, short. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)

const headersOf = (denial: Denial, status: number): readonly Pair[] => [
  ...challengeOf(denial, status),
  ...(denial.retryAfter === undefined ? [] : [['retry-after', String(denial.retryAfter)] as const]),
  ...(denial.nonce === undefined ? [] : [['dpop-nonce', denial.nonce] as const]),
]

/** RFC 6750 §3: no error code when no token was sent; `scope` says what would have been needed. */
const challengeOf = (denial: Denial, status: number): readonly Pair[] => {
  const quoted = (name: string, value: string): string => `${name}="${printable(value).replace(/["\\]/g, "'")}"`
  const description = quoted('error_description', denialReasons[denial.reason][2])
  const challenge = (...parts: readonly string[]): readonly Pair[] => [
    ['www-authenticate', `Bearer ${[quoted('realm', 'fhir'), ...parts].join(', ')}`],
  ]
  if (denial.reason === 'missing-token') return challenge()
  if (denial.reason === 'nonce-required') return [['www-authenticate', `DPoP ${quoted('error', 'use_dpop_nonce')}`]]
  if (denial.reason === 'missing-proof' || denial.reason === 'invalid-proof')
    return [
      [
        'www-authenticate',
        `DPoP ${quoted('error', denial.reason === 'missing-proof' ? 'invalid_token' : 'invalid_dpop_proof')}, algs="ES256 EdDSA ES384"`,
      ],
    ]
  if (status === 401) {
    const { errorUri } = denial
    return challenge(
      quoted('error', 'invalid_token'),
      description,
      ...(errorUri === undefined ? [] : [quoted('error_uri', errorUri)]),
    )
  }
  if (denial.reason === 'malformed-authorization') return challenge(quoted('error', 'invalid_request'), description)
  if (denial.scope !== undefined) return challenge(quoted('error', 'insufficient_scope'), quoted('scope', denial.scope))
  return []
}
