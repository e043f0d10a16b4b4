import type { Interaction } from '../../authorize/interaction.ts'
import type { Client } from '../../clients/client.ts'
import type { ConsentRecord } from '../../grants/consent-record.ts'
import type { Grant } from '../../grants/grant.ts'
import type { Session, User } from '../../sign-in/user.ts'
import type { Code, RefreshToken, TokenHash } from '../../token/token-records.ts'
import type { CaseContext } from './case.ts'

/** A client with every optional member present, so that a member a store forgets is missed. */
export const fullClient = (id: string, now: number): Client => ({
  id,
  state: 'active',
  display: {
    name: 'Growth chart',
    uri: 'https://app.example',
    logoUri: 'https://app.example/logo.png',
    contacts: ['a@b.c'],
  },
  auth: { method: 'private_key_jwt', keys: { kind: 'jwks_uri', uri: 'https://app.example/jwks' } },
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['https://app.example/cb'],
  launchUris: ['https://app.example/launch'],
  postLogoutRedirectUris: [],
  scope: 'launch patient/*.rs',
  requiredScope: 'patient/Observation.rs',
  staffConsent: 'ask',
  consentDays: 365,
  refreshRotation: 'all',
  dpopBoundAccessTokens: false,
  softwareId: 'growth-chart',
  softwareVersion: '1.2',
  registrationTokenHash: 'ab'.repeat(32),
  createdAt: now,
  updatedAt: now,
})

/** A person with every optional member present. */
export const fullUser = (subject: string): User => ({
  subject,
  username: `${subject}@example.org`,
  name: 'Ana Ruiz',
  role: 'patient',
  fhirUser: 'Patient/p1',
  patients: ['p1', 'p2'],
  passwordHash: 'argon2id…',
  upstream: { issuer: 'https://idp.example', subject },
  locale: 'es',
  email: 'ana@example.org',
  state: 'active',
})

/** A session that began now, idles out in 30 minutes and ends in 12 hours. */
export const freshSession = (id: string, subject: string, now: number): Session => ({
  id,
  subject,
  authenticatedAt: now,
  lastActiveAt: now,
  idleEndsAt: now + 1800,
  endsAt: now + 43_200,
  methods: ['pwd', 'otp'],
})

/** An interaction at its first version. */
export const freshInteraction = (id: string, now: number): Interaction => ({
  id,
  request: {
    clientId: 'app',
    redirectUri: 'https://app.example/cb',
    state: 'ü=&%20',
    scope: 'launch/patient patient/*.rs',
    audience: ['https://fhir.example.org/r4'],
    codeChallenge: 'c'.repeat(43),
    prompt: ['login'],
    uiLocales: ['es', 'en'],
    launch: { subject: 'dr', context: { patient: 'p1', needPatientBanner: true } },
  },
  createdAt: now,
  expiresAt: now + 1800,
  version: 1,
})

/** A grant with every optional member present. */
export const fullGrant = ({ id, now }: Pick<CaseContext, 'id' | 'now'>, name = 'grant'): Grant => ({
  id: id(name),
  clientId: id('client'),
  subject: id('subject'),
  scope: 'launch/patient patient/*.rs offline_access',
  context: {
    patient: 'p1',
    encounter: 'e1',
    fhirContext: [{ reference: 'ImagingStudy/1', role: 'x' }],
    intent: 'read',
  },
  audience: ['https://fhir.example.org/r4'],
  fhirUser: 'Patient/p1',
  access: 'offline',
  sessionId: id('session'),
  consentId: id(`${name}-consent`),
  authenticatedAt: now,
  createdAt: now,
  endsAt: now + 31_536_000,
  lastUsedAt: now,
  state: 'active',
  snapshot: { domain: 'app.example' },
})

/** A code for a grant, good for a minute. */
export const freshCode = (
  { hash, now }: CaseContext,
  grant: Grant,
  name = 'code',
): Code & { readonly hash: TokenHash } => ({
  hash: hash(name),
  grantId: grant.id,
  clientId: grant.clientId,
  redirectUri: 'https://app.example/cb',
  codeChallenge: 'c'.repeat(43),
  nonce: 'n',
  dpopKey: 'jkt',
  issuedAt: now,
  expiresAt: now + 60,
})

/** The record of one decision. */
export const consentOf = (grant: Grant, now: number): ConsentRecord => ({
  id: grant.consentId ?? `${grant.id}-consent`,
  grantId: grant.id,
  subject: grant.subject,
  patient: 'p1',
  clientId: grant.clientId,
  clientName: 'Growth chart',
  discloser: 'Example Hospital',
  purpose: 'patient-request',
  requestedScope: grant.scope,
  grantedScope: grant.scope,
  locale: 'es',
  rows: [{ scope: 'patient/*.rs', words: 'Leer su historia', chosen: true }],
  access: 'offline',
  decidedAt: now,
  sessionMethods: ['pwd'],
})

/** An unused refresh token of a grant. */
export const freshRefreshToken = ({ hash, now }: CaseContext, grant: Grant, name = 'refresh'): RefreshToken => ({
  hash: hash(name),
  grantId: grant.id,
  clientId: grant.clientId,
  boundKey: 'jkt',
  issuedAt: now,
  expiresAt: now + 86_400 * 180,
})
