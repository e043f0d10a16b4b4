import { z } from 'zod'
import { duration } from '../duration.ts'

/** Who may register apps, and how long what they send is good for. */
export const clientsSettings = z
  .strictObject({
    /** `closed`: only operators register. `token`: with an initial access token. `open`: anyone, as `pending`. */
    registration: z.enum(['closed', 'token', 'open']).default('closed'),
    /** The most an app that registers itself may ever have; also what it gets when it names no scope. */
    selfRegisteredScope: z
      .string()
      .min(1)
      .default(
        'openid fhirUser profile launch launch/patient launch/encounter offline_access online_access patient/*.rs user/*.rs',
      ),
    /** Apps that may register themselves from one address in an hour. Spec: THR-21 */
    registrationsPerHour: z.int().min(1).max(10_000).default(20),
    /** Longest life of a client assertion. Spec: CA-24 */
    assertion: duration('5m', { least: '1m', most: '5m' }),
    /** Clock skew allowed to clients. Spec: IN-08, THR-44 */
    skew: duration('60s', { least: '0s', most: '60s' }),
    /** Certificates (PEM) of authorities whose software statements register an app that works at once. */
    softwareStatementAnchors: z.array(z.string().includes('BEGIN CERTIFICATE')).default([]),
    /** App makers' servers that vouch for installations of their apps (attestation-based client authentication). */
    attesters: z
      .array(
        z.strictObject({
          /** `iss` of its attestations. */
          issuer: z.url(),
          jwks: z.object({ keys: z.array(z.looseObject({ kid: z.string().min(1) })).min(1) }),
        }),
      )
      .default([]),
    /** An attestation is believed for so long after it was made. */
    attestationAge: duration('24h', { least: '1h', most: '30d' }),
    /** Whether apps may register each device with a key of its own. Spec: TOK-30 */
    devices: z.boolean().default(false),
    /** Devices a person may register under one grant. */
    devicesPerGrant: z.int().min(1).max(50).default(10),
    /** An unused device client is removed. */
    deviceIdle: duration('180d', { least: '1d', most: '1095d' }),
  })
  .prefault({})
