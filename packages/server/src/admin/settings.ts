import { z } from 'zod'
import { operatorListenSettings } from '../listen.ts'

/** What an operator may do: look; also pause and end access; also change clients, users and keys. */
export const operatorRoles = ['viewer', 'support', 'admin'] as const

/** The operators' own listener and who may use it. */
export const operatorSettings = z
  .strictObject({
    listen: operatorListenSettings,
    /** One row per operator; `gatehouse operators new` makes the token and prints the row. */
    tokens: z
      .array(
        z.strictObject({
          /** Who acts, as it is written into the audit record. */
          name: z.string().min(1),
          role: z.enum(operatorRoles),
          /** SHA-256 (hex) of the bearer token. */
          hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
        }),
      )
      .default([]),
  })
  .prefault({})
