import type { Env } from '../env.ts'
import { parseJws, verifyJws } from '../token/jws.ts'

/** What an ID token of ours says of its user and its app. */
export type HintedUser = { readonly subject: string; readonly audience: string | undefined }

/**
 * An ID token that we issued, used as a hint long after: signature and issuer must be ours, its end does not matter.
 * `undefined` for anything else. A hint names a person; it signs nobody in. Spec: OIDC Core §3.1.2.1, ID-11
 */
export const parseIdTokenHint = async (
  text: string,
  env: Pick<Env, 'config' | 'keys'>,
): Promise<HintedUser | undefined> => {
  const jws = parseJws(text)
  const { kid, alg } = jws?.header ?? {}
  const key = typeof kid === 'string' ? env.keys.find(kid) : undefined
  if (jws === undefined || key?.alg !== 'RS256' || alg !== 'RS256') return undefined
  const { iss, sub, aud } = jws.claims
  if (iss !== env.config.issuer || typeof sub !== 'string') return undefined
  if (!(await verifyJws(jws, 'RS256', key.publicKey))) return undefined
  return { subject: sub, audience: typeof aud === 'string' ? aud : undefined }
}
