import { z } from 'zod'
import { duration } from '../duration.ts'

/** Lifetimes of what the token endpoint issues. Spec: tokens-and-devices §11 */
export const tokenSettings = z
  .strictObject({
    /** Access tokens for people's apps. Spec: AL-73, AL-74 */
    accessToken: duration('5m', { least: '1m', most: '1h' }),
    /** Access tokens for backend services. Spec: BS-17 */
    backendToken: duration('5m', { least: '1m', most: '5m' }),
    /** How long a repeated refresh gets the same successor. */
    replayWindow: duration('30s', { least: '0s', most: '60s' }),
    /** A refresh token unused for so long is dead. Spec: ONC-01 */
    refreshIdle: duration('180d', { least: '1d', most: '1095d' }),
    /** Grants unused for so long are paused until the person agrees again. */
    unusedPause: duration('93d', { least: '1d', most: '1095d' }),
    /** Whether every DPoP proof must carry a nonce of ours, or only one whose clock is off. Spec: TOK-22 */
    dpopNonce: z.enum(['when-needed', 'always']).default('when-needed'),
    idToken: duration('1h', { least: '1m', most: '1d' }),
    /** A signing key is replaced after so long. Spec: THR-43 */
    keyLife: duration('90d', { least: '1h', most: '1095d' }),
    /** A new signing key is published for so long before it signs. */
    keyLead: duration('10m', { least: '0s', most: '1d' }),
    /** An old signing key stays published for so long after its last use; at least the longest token life. */
    keyOverlap: duration('2h', { least: '5m', most: '7d' }),
  })
  .refine((token) => token.keyOverlap >= Math.max(token.accessToken, token.backendToken, token.idToken), {
    path: ['keyOverlap'],
    message: 'must be at least the longest token life',
  })
  .prefault({})
