import { z } from 'zod'
import { duration } from '../duration.ts'

/** The operator's own OpenID provider, where people of the organization already sign in. */
const providerSettings = z.strictObject({
  /** Part of our URLs; never changes. */
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** On the button. */
  name: z.string().min(1),
  issuer: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scope: z.string().default('openid profile email'),
  /** Which claims hold what we need. `fhirUser` is a reference or an absolute URL on one of our FHIR bases. */
  claims: z
    .strictObject({
      fhirUser: z.string().default('fhirUser'),
      name: z.string().default('name'),
      username: z.string().default('preferred_username'),
      email: z.string().default('email'),
      /** Patient ids the person may choose, beside what the directory knows. */
      patients: z.string().optional(),
    })
    .prefault({}),
})

/** A provider as configured. */
export type ProviderSettings = z.infer<typeof providerSettings>

/** Browser sessions, guessing, and where people prove who they are. */
export const signInSettings = z
  .strictObject({
    /** A session without activity ends. */
    sessionIdle: duration('30m', { least: '1m', most: '7d' }),
    /** A session ends at the latest. */
    sessionEnd: duration('12h', { least: '5m', most: '30d' }),
    /** Wrong passwords for one username from one address before it waits there; ten times as many from everywhere. */
    attempts: z.int().min(3).max(100).default(8),
    attemptWindow: duration('15m', { least: '1m', most: '1d' }),
    /** Whether people whose password we hold may sign in. */
    passwords: z.boolean().default(true),
    providers: z.array(providerSettings).default([]),
    /** Origins of EHRs that show our pages in their own frame; cookies are then partitioned by them. Spec: THR-12 */
    embedders: z.array(z.url().refine((url) => new URL(url).origin === url, 'must be an origin')).default([]),
  })
  .prefault({})
