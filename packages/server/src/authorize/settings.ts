import { z } from 'zod'
import { duration } from '../duration.ts'

/** Lifetimes and policy of the way from request to code. */
export const authorizeSettings = z
  .strictObject({
    /** A code is redeemed within so long. Spec: AL-50 */
    code: duration('60s', { least: '10s', most: '10m' }),
    /** A pushed request is opened within so long. Spec: RFC 9126 §2.2 */
    pushedRequest: duration('90s', { least: '5s', most: '10m' }),
    /** The user has so long to sign in, choose and decide. */
    interaction: duration('30m', { least: '5m', most: '2h' }),
    /** An EHR's launch handle is used within so long. Spec: THR-08 */
    launch: duration('5m', { least: '30s', most: '1h' }),
    /** What to do with a scope query nobody has written words for. Spec: CON-22 */
    unknownQueries: z.enum(['refuse', 'show-generic']).default('refuse'),
    /** Days a person's yes counts unless the app was registered with fewer or the person chooses otherwise. Spec: CON-07 */
    consentDays: z.int().min(1).max(3650).default(365),
    /** The most days a yes may count. Absent: the person may also choose no end. Spec: CON-07 */
    longestConsentDays: z.int().min(1).max(3650).optional(),
  })
  .prefault({})
