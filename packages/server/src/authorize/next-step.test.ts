import { parseScopes } from '@gatehouse/scopes'
import { describe, expect, test } from 'vitest'
import type { Client } from '../clients/client.ts'
import type { Grant } from '../grants/grant.ts'
import type { Session, User } from '../sign-in/user.ts'
import type { Interaction, VerifiedRequest } from './interaction.ts'
import { nextStep, type Situation } from './next-step.ts'

const now = 1_000_000

const request: VerifiedRequest = {
  clientId: 'chart',
  redirectUri: 'https://chart.example/callback',
  state: 'x',
  scope: '',
  audience: ['https://fhir.example/r4'],
  codeChallenge: 'c',
  prompt: [],
  uiLocales: [],
}

const ana: User = {
  subject: 'ana',
  username: 'ana',
  name: 'Ana',
  role: 'patient',
  fhirUser: 'Patient/ana',
  patients: [],
  email: 'ana@example.org',
  state: 'active',
}

const session: Session = {
  id: 'session',
  subject: 'ana',
  authenticatedAt: now - 600,
  lastActiveAt: now,
  idleEndsAt: now + 900,
  endsAt: now + 9000,
  methods: ['pwd'],
}

const client: Client = {
  id: 'chart',
  state: 'active',
  display: { name: 'Chart', contacts: [] },
  auth: { method: 'none' },
  grantTypes: ['authorization_code'],
  redirectUris: [],
  launchUris: [],
  postLogoutRedirectUris: [],
  scope: '',
  staffConsent: 'ask',
  refreshRotation: 'all',
  dpopBoundAccessTokens: false,
  createdAt: 0,
  updatedAt: 0,
}

const secret = { method: 'client_secret_basic', secretHash: 'x' } as const

const grant: Grant = {
  id: 'g',
  clientId: 'chart',
  subject: 'ana',
  scope: 'patient/Observation.rs',
  context: { patient: 'ana' },
  audience: request.audience,
  access: 'once',
  consentId: 'seen',
  authenticatedAt: 0,
  createdAt: 0,
  lastUsedAt: 0,
  state: 'active',
}

type Changes = {
  readonly request?: Partial<VerifiedRequest>
  readonly interaction?: Partial<Interaction>
  readonly client?: Partial<Client>
  readonly user?: Partial<User>
  readonly session?: Partial<Session>
  readonly signedOut?: true
  readonly offered?: string
  readonly unworded?: true
  readonly previous?: { readonly grant?: Partial<Grant>; readonly asked?: string }
}

/** Ana, signed in, taking part, her record chosen: only consent is missing. */
const situation = (changes: Changes = {}): Situation => {
  const previous = changes.previous && { ...grant, ...changes.previous.grant }
  return {
    interaction: {
      id: 'i',
      request: { ...request, ...changes.request },
      createdAt: now,
      expiresAt: now + 100,
      version: 1,
      sessionId: 'session',
      subject: 'ana',
      chosen: { patient: 'ana' },
      ...changes.interaction,
    },
    client: { ...client, ...changes.client },
    session: changes.signedOut ? undefined : { ...session, ...changes.session },
    user: changes.signedOut ? undefined : { ...ana, ...changes.user },
    offered: parseScopes(changes.offered ?? 'patient/Observation.rs'),
    unworded: changes.unworded ?? false,
    previous: previous && {
      grant: previous,
      granted: parseScopes(previous.scope),
      asked: parseScopes(changes.previous?.asked ?? previous.scope),
    },
    now,
  }
}

const none = { prompt: ['none'] } as const
const asDoctor = { role: 'practitioner', username: 'doc' } as const
const preauthorized = { staffConsent: 'preauthorized' } as const
const launch = { subject: 'ana', context: { patient: 'p1' } }
const signIn = (why: string) => ({ kind: 'sign-in', why })
const refuse = (reason: string) => ({ kind: 'refuse', reason })
const consent = (page: string) => ({ kind: 'consent', page })
const fresh = { sessionId: 'session', signedInAt: now - 1 }

type Rows = readonly (readonly [title: string, changes: Changes, step: object])[]

const who: Rows = [
  ['nobody is signed in', { signedOut: true }, signIn('signed-out')],
  ['the person was disabled', { user: { state: 'disabled' } }, signIn('signed-out')],
  ['THR-02 a stranger is not redirected, whatever is wrong', { signedOut: true, offered: '' }, signIn('signed-out')],
  ['prompt=none and nobody', { signedOut: true, request: none }, refuse('authorize:login-required')],
  ['THR-09 a launch signs nobody in', { signedOut: true, request: { launch } }, signIn('signed-out')],
  ['the session is not yet part of this', { interaction: { sessionId: 'old' } }, { kind: 'bind-session' }],
  ['THR-07 another person took over the browser', { interaction: { subject: 'eve' } }, signIn('other-user')],
  [
    'THR-08 the launch was made for someone else',
    { request: { launch: { ...launch, subject: 'eve' } } },
    signIn('other-user'),
  ],
  [
    'THR-08 … and the wrong person signs in for it',
    { request: { launch: { ...launch, subject: 'eve' } }, interaction: fresh },
    refuse('authorize:launch-other-user'),
  ],
  [
    'THR-08 … and may not be asked',
    { request: { ...none, launch: { ...launch, subject: 'eve' } } },
    refuse('authorize:login-required'),
  ],
  ['id_token_hint of someone else', { request: { hintedSubject: 'eve' } }, signIn('other-user')],
  [
    'id_token_hint of someone else, signed in anew',
    { request: { hintedSubject: 'eve' }, interaction: fresh },
    refuse('authorize:other-user'),
  ],
  ['id_token_hint of this person', { request: { hintedSubject: 'ana' } }, consent('full')],
  ['prompt=login', { request: { prompt: ['login'] } }, signIn('again')],
  ['prompt=login, done', { request: { prompt: ['login'] }, interaction: fresh }, consent('full')],
  [
    'prompt=login, done in a session that is gone',
    { request: { prompt: ['login'] }, interaction: { signedInAt: now - 1, sessionId: 'old' } },
    signIn('again'),
  ],
  ['max_age passed', { request: { maxAge: 599 } }, signIn('again')],
  ['max_age kept', { request: { maxAge: 601 } }, consent('full')],
  ['max_age=0 means now', { request: { maxAge: 0 }, session: { authenticatedAt: now } }, signIn('again')],
  ['max_age=0, done', { request: { maxAge: 0 }, interaction: fresh }, consent('full')],
  ['prompt=select_account', { request: { prompt: ['select_account'] } }, signIn('choose-account')],
  [
    'prompt=select_account, "go on as me"',
    { request: { prompt: ['select_account'] }, interaction: { accountChosen: true } },
    consent('full'),
  ],
  ['login_hint of someone else', { request: { loginHint: 'eve' } }, signIn('choose-account')],
  ['login_hint by mail', { request: { loginHint: 'ana@example.org' } }, consent('full')],
]

const whether: Rows = [
  ['the app is blocked', { client: { state: 'blocked' } }, refuse('authorize:client-blocked')],
  ['the app waits for approval', { client: { state: 'pending' } }, refuse('authorize:client-blocked')],
  ['nothing may be asked', { offered: '' }, refuse('authorize:scope-not-allowed')],
  [
    'IN-03 context alone is nothing',
    { offered: 'launch/patient offline_access' },
    refuse('authorize:scope-not-allowed'),
  ],
  ['CON-22 nobody has words for it', { unworded: true }, refuse('authorize:scope-unknown-query')],
  ['CON-22 … which staff do not need', { unworded: true, user: asDoctor }, consent('full')],
  ['CON-09 the person said no', { interaction: { denied: true } }, refuse('authorize:denied')],
  ['CON-09 no before sign-in', { interaction: { denied: true }, signedOut: true }, refuse('authorize:denied')],
]

const needs = (need: object) => ({ kind: 'select-context', need })

const whatFor: Rows = [
  ['CX-10 patient/ scopes, no patient', { interaction: { chosen: {} } }, needs({ kind: 'patient' })],
  [
    'CX-12 launch/patient asks, even for an identity scope alone',
    { offered: 'openid launch/patient', interaction: { chosen: {} } },
    needs({ kind: 'patient' }),
  ],
  ['openid alone needs no patient', { offered: 'openid', interaction: { chosen: {} } }, consent('full')],
  ['user/ scopes need no patient', { offered: 'user/Patient.rs', interaction: { chosen: {} } }, consent('full')],
  [
    'CX-01 launch/encounter, after the patient',
    { offered: 'openid launch/encounter' },
    needs({ kind: 'encounter', patient: 'ana' }),
  ],
  [
    'launch/encounter, none to choose',
    { offered: 'openid launch/encounter', interaction: { chosen: { patient: 'ana', encounter: null } } },
    consent('full'),
  ],
  [
    'CX-03 launch/{type}',
    { offered: 'openid launch/imagingstudy' },
    needs({ kind: 'resource', type: 'imagingstudy', role: undefined, patient: 'ana' }),
  ],
  [
    'CX-03 launch/{type}, answered',
    {
      offered: 'openid launch/imagingstudy',
      interaction: { chosen: { patient: 'ana', resources: { imagingstudy: null } } },
    },
    consent('full'),
  ],
  ['the EHR said which patient', { request: { launch }, interaction: { chosen: {} } }, consent('full')],
  [
    'CX-10 the EHR said no patient, and patient/ scopes are asked',
    { request: { launch: { subject: 'ana', context: {} } }, interaction: { chosen: {} } },
    needs({ kind: 'patient' }),
  ],
  [
    'IX-07 CX-08 CX-09 in an EHR launch launch/encounter is a hint',
    { request: { launch }, offered: 'launch openid launch/encounter', interaction: { chosen: {} } },
    consent('full'),
  ],
]

const agreement = { scope: 'patient/Observation.rs', access: 'once' }

const agrees: Rows = [
  ['never asked before', {}, consent('full')],
  ['agreed', { interaction: { agreement: { ...agreement, access: 'once' } } }, { kind: 'issue', agreement }],
  ['CON-08 the same as before', { previous: {} }, consent('continue')],
  ['CON-08 less than before', { offered: 'patient/Observation.r', previous: {} }, consent('continue')],
  [
    'CON-08 more than before',
    { offered: 'patient/Observation.rs patient/Condition.rs', previous: {} },
    consent('full'),
  ],
  [
    'CON-08 what was refused before is not asked again',
    {
      offered: 'patient/Observation.rs patient/Condition.rs',
      previous: { asked: 'patient/Observation.rs patient/Condition.rs' },
    },
    consent('continue'),
  ],
  ['CON-08 suspended', { previous: { grant: { state: 'suspended' } } }, consent('again')],
  ['prompt=consent', { request: { prompt: ['consent'] }, previous: {} }, consent('full')],
  ['CON-11 prompt=none, public app', { request: none, previous: {} }, refuse('authorize:interaction-required')],
  [
    'CON-11 prompt=none, public app, staff policy, EHR launch',
    { request: { ...none, launch }, user: asDoctor, client: preauthorized },
    refuse('authorize:interaction-required'),
  ],
  ['prompt=none, secret, new', { request: none, client: { auth: secret } }, refuse('authorize:consent-required')],
  [
    'CON-11 prompt=none, secret, agreed before',
    { request: none, client: { auth: secret }, previous: { grant: { endsAt: now + 9 } } },
    { kind: 'issue', agreement: { ...agreement, endsAt: now + 9, consentId: 'seen' } },
  ],
  [
    'staff policy, EHR launch',
    { request: { launch }, user: asDoctor, client: preauthorized },
    { kind: 'issue', agreement },
  ],
  ['staff policy is for staff', { request: { launch }, client: preauthorized }, consent('full')],
  ['THR-15 staff policy, public app, no launch', { user: asDoctor, client: preauthorized }, consent('continue')],
  [
    'staff policy, secret',
    { user: asDoctor, client: { ...preauthorized, auth: secret } },
    { kind: 'issue', agreement },
  ],
  [
    'staff policy, prompt=consent',
    { request: { prompt: ['consent'], launch }, user: asDoctor, client: preauthorized },
    consent('full'),
  ],
]

describe.each([
  ['who is the user', who],
  ['may this be asked', whether],
  ['what is it about', whatFor],
  ['does the user agree', agrees],
] as const)('%s', (_question, rows) => {
  test.each(rows)('%s', (_title, changes, step) => {
    expect(nextStep(situation(changes))).toEqual(step)
  })
})
