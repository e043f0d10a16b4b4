import type { Config } from '../config.ts'
import type { Grant } from '../grants/grant.ts'
import { isBackend } from '../grants/guard.ts'
import { styleUrl } from '../launch/style-url.ts'
import { findResourceServer } from '../resource-servers.ts'
import { withoutUndefined } from '../without-undefined.ts'

/** Members of a JSON object with wire names; absent ones are left out, never null. */
export type Claims = Readonly<Record<string, unknown>>

/** What an access token says beside its grant. Times in seconds. */
export type AccessTokenFacts = {
  readonly scope: string
  readonly jti: string
  /** Who asked; a device is another client than the one of its grant. */
  readonly clientId: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** What the token is bound to: `jkt` of a DPoP key or `x5t#S256` of a certificate. Spec: TOK-24 */
  readonly confirmation?: Claims | undefined
}

/** Grant → claims of an access token, the same for the JWT and for the reference form, at the first issue and at every refresh. Spec: RF-06 */
export const accessTokenClaims = (grant: Grant, facts: AccessTokenFacts, config: Config): Claims =>
  withoutUndefined({
    iss: config.issuer,
    aud: oneOrMany(grant.audience),
    sub: grant.subject,
    client_id: facts.clientId,
    scope: facts.scope,
    jti: facts.jti,
    iat: facts.issuedAt,
    exp: facts.expiresAt,
    grant_id: grant.id,
    gty: isBackend(grant) ? 'client_credentials' : undefined,
    patient: grant.context.patient,
    encounter: grant.context.encounter,
    fhirUser: absoluteFhirUser(grant),
    fhirContext: grant.context.fhirContext,
    tenant: tenantOf(grant, config),
    cnf: facts.confirmation,
  })

/**
 * Grant → the launch context as members beside `access_token`: bare ids, booleans as booleans, and the style as a URL that
 * changes whenever the style does.
 *
 * Spec: AL-68, CX-13, CX-14, CX-15, CX-16, CX-17, CX-19, CX-20, CX-21, CX-35, TL-05, RF-18, IN-24, ONC-21
 */
export const smartParameters = (grant: Grant, config: Config): Claims => {
  const { context } = grant
  return withoutUndefined({
    patient: context.patient,
    encounter: context.encounter,
    fhirContext: context.fhirContext,
    intent: context.intent,
    need_patient_banner: context.needPatientBanner,
    smart_style_url: context.style === undefined ? undefined : styleUrl(config, context.style),
    tenant: tenantOf(grant, config),
    appContext: context.appContext,
  })
}

/** What an ID token says beside its grant. Times in seconds. */
export type IdTokenFacts = {
  readonly scope: string
  readonly nonce?: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** Grant → claims of an ID token. Spec: ID-05, ID-06, ID-08, ID-19, IN-11, RFC-14, IX-10 */
export const idTokenClaims = (grant: Grant, facts: IdTokenFacts, config: Config): Claims =>
  withoutUndefined({
    iss: config.issuer,
    sub: grant.subject,
    aud: grant.clientId,
    iat: facts.issuedAt,
    exp: facts.expiresAt,
    auth_time: grant.authenticatedAt,
    nonce: facts.nonce,
    fhirUser: hasScope(facts.scope, 'fhirUser') ? absoluteFhirUser(grant) : undefined,
  })

/** Whether a scope string holds this very scope. */
export const hasScope = (scope: string, name: string): boolean => scope.split(' ').includes(name)

/** The user's own resource as an absolute URL on the FHIR base of the token: no client needs to guess the base. Spec: IN-11 */
export const absoluteFhirUser = ({ audience, fhirUser }: Grant): string | undefined =>
  audience[0] === undefined || fhirUser === undefined ? undefined : `${audience[0]}/${fhirUser}`

const tenantOf = ({ audience, context }: Grant, config: Config): string | undefined =>
  context.tenant ?? (audience[0] && findResourceServer(config.resourceServers, audience[0])?.tenant)

const oneOrMany = (audience: readonly string[]): string | readonly string[] =>
  audience.length === 1 && audience[0] !== undefined ? audience[0] : audience
