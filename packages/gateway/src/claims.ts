import { z } from 'zod'
import { idPattern } from './fhir/reference.ts'

/** A logical id; anything else (an array, `Patient/1`, blank) is as if the claim were absent: it covers nothing. Spec: GW-22 */
const id = z.string().regex(idPattern).optional().catch(undefined)

const smartDetails = z.looseObject({
  type: z.string(),
  locations: z.array(z.string()).optional(),
  scope: z.string().optional(),
  patient: id,
  encounter: id,
})

const schema = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  client_id: z.string().min(1),
  jti: z.string().min(1),
  exp: z.number(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
  scope: z.string().default(''),
  grant_id: z.string().optional(),
  device_id: z.string().optional(),
  patient: id,
  fhirUser: z.string().optional().catch(undefined),
  tenant: z.string().optional(),
  cnf: z.looseObject({ jkt: z.string().optional() }).optional(),
  authorization_details: z.array(smartDetails).optional(),
})

/** What an access token says, from a JWT or from introspection. */
export type Claims = z.infer<typeof schema>

/** Unknown JSON → claims; `undefined` when a required claim is missing or of the wrong type. */
export const parseClaims = (value: unknown): Claims | undefined => {
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

/** The part of a token that is for one location: its scopes and patient. */
export type LocalClaims = {
  readonly scope: string
  readonly patient: string | undefined
  readonly restrictions: readonly unknown[]
}

const restrictionType = 'https://gatehouse.dev/codes/restriction'

/**
 * With `authorization_details` only the element that names this base counts, falling back to the top level member by member;
 * never the union of elements. Two elements for one base are ambiguous: they cover nothing. Spec: AL-75, AL-76, GW-24
 */
export const claimsAt = (claims: Claims, base: string): LocalClaims => {
  const details = claims.authorization_details ?? []
  const restrictions = details.filter(
    ({ type, locations }) => type === restrictionType && (locations?.some((each) => isSame(each, base)) ?? true),
  )
  const smart = details.filter(({ type }) => type === 'smart_on_fhir')
  if (smart.length === 0) return { scope: claims.scope, patient: claims.patient, restrictions }
  const [here, ...more] = smart.filter(({ locations }) => locations?.some((each) => isSame(each, base)))
  if (here === undefined || more.length > 0) return { scope: '', patient: undefined, restrictions }
  return { scope: here.scope ?? claims.scope, patient: here.patient ?? claims.patient, restrictions }
}

/** Whether an audience or location names this base: exact, after one trailing slash. Spec: AL-80, THR-11 */
export const isSame = (text: string, base: string): boolean => text === base || text === `${base}/`
