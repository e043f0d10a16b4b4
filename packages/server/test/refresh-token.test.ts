import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { hashSecret } from '../src/secret.ts'
import { testStart } from './env.ts'
import { aClient, aGrant, aUser, newCode, type TokenWorld, tokenWorld } from './token-world.ts'

type Changes = Parameters<typeof newCode>[1]

/** A world in which the app has its first refresh token. */
const withToken = async (changes: Changes = {}, overrides: Parameters<typeof tokenWorld>[0] = {}) => {
  const world = await tokenWorld(overrides)
  const answer = await world.redeem(await newCode(world.env, changes))
  const first: string = answer.json().refresh_token
  return { ...world, first, refresh: refreshIn(world) }
}

const refreshIn =
  ({ post }: TokenWorld) =>
  (text: string, form: Record<string, string | undefined> = {}) =>
    post({ grant_type: 'refresh_token', refresh_token: text, client_id: aClient.id, ...form })

const refusal = (answer: { statusCode: number; json: () => Record<string, unknown> }) => {
  const { error, error_reason } = answer.json()
  return [answer.statusCode, error, error_reason]
}

test('TOK-16 RF-12 RF-13 RF-14 RF-15 RF-16 RF-18 RF-20 IN-01 IN-24 IX-02 IX-03 a refresh answers everything and a new token', async () => {
  const { first, refresh } = await withToken()
  const answer = await refresh(first)
  expect(answer.statusCode).toBe(200)
  expect([answer.headers['cache-control'], answer.headers.pragma]).toEqual(['no-store', 'no-cache'])
  const body = answer.json()
  expect(body).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    scope: aGrant.scope,
    refresh_token: expect.stringMatching(/^srt_/),
    patient: 'p1',
    need_patient_banner: true,
  })
  expect(body.refresh_token).not.toBe(first)
})

test('TOK-10 fifty parallel refreshes with one token get one and the same successor', async () => {
  const { first, refresh } = await withToken()
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first)))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200))
  expect(new Set(answers.map((answer) => answer.json().refresh_token)).size).toBe(1)
  expect(new Set(answers.map((answer) => answer.json().access_token)).size).toBe(50)
})

test('TOK-10 an answer that was lost is given again within the window', async () => {
  const { env, first, refresh } = await withToken()
  const lost = (await refresh(first)).json().refresh_token
  env.clock.advance(5)
  expect((await refresh(first)).json().refresh_token).toBe(lost)
  expect(env.audited.map(({ event }) => event)).toContain('refresh-replayed')
  expect((await refresh(lost)).statusCode).toBe(200)
})

test('TOK-11 THR-16 RF-22 BP-02 a second use after the window is a breach: the grant ends, the successor is dead', async () => {
  const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
  const successor = (await refresh(first)).json().refresh_token
  env.clock.advance(61)
  const answer = await refresh(first)
  expect(answer.json()).toMatchObject({
    error: 'invalid_grant',
    error_reason: 'grant_revoked',
    suspension: { reasons: ['refresh_token_reuse'] },
  })
  expect(refusal(await refresh(successor))).toEqual([400, 'invalid_grant', 'grant_revoked'])
  expect(await env.store.grants.find('g')).toMatchObject({ state: 'revoked', stateReason: 'refresh_token_reuse' })
  expect(env.audited.map(({ event }) => event)).toContain('refresh-reused')
})

test('TOK-11 THR-17 once the successor is used, its parent and all older ones are reuse even inside the window', async () => {
  for (const generations of [1, 2]) {
    const { first, refresh } = await withToken()
    let newest = first
    for (let step = 0; step <= generations; step += 1) newest = (await refresh(newest)).json().refresh_token
    expect(refusal(await refresh(first))).toEqual([400, 'invalid_grant', 'grant_revoked'])
    expect(refusal(await refresh(newest))).toEqual([400, 'invalid_grant', 'grant_revoked'])
  }
})

test('TOK-11 with a window of zero any second use is a breach', async () => {
  const { first, refresh } = await withToken({}, { config: { token: { replayWindow: '0s' } } })
  await refresh(first)
  expect(refusal(await refresh(first))).toEqual([400, 'invalid_grant', 'grant_revoked'])
})

test('TOK-13 RF-05 RFC-05 IN-12 a token shown by another client is refused plainly and the family lives on', async () => {
  const { env, first, refresh } = await withToken()
  await env.store.clients.create({ ...aClient, id: 'thief' })
  const answer = await refresh(first, { client_id: 'thief' })
  expect(refusal(answer)).toEqual([400, 'invalid_grant', undefined])
  expect((await refresh(first)).statusCode).toBe(200)
})

test('TOK-03 IN-14 a public client may leave out its client_id; a wrong one is refused and the family lives on', async () => {
  const { env, first, refresh } = await withToken()
  expect(refusal(await refresh(first, { client_id: 'nobody' }))).toEqual([401, 'invalid_client', undefined])
  expect((await refresh(first, { client_id: undefined })).statusCode).toBe(200)
  expect(env.audited.filter(({ event }) => event === 'refresh-reused')).toEqual([])
})

test('RF-08 a confidential client cannot leave out its authentication by leaving out its name', async () => {
  const { env, redeem, refresh } = await withToken()
  await env.store.clients.create({
    ...aClient,
    id: 'confidential',
    auth: { method: 'client_secret_post', secretHash: hashSecret('s') },
  })
  const secret = { client_id: 'confidential', client_secret: 's' }
  const answer = await redeem(await newCode(env, { grant: { clientId: 'confidential' } }), secret)
  const { refresh_token } = answer.json()
  expect(refusal(await refresh(refresh_token, { client_id: undefined }))).toEqual([401, 'invalid_client', undefined])
  expect(refusal(await refresh(refresh_token, { client_id: 'confidential' }))).toEqual([
    401,
    'invalid_client',
    undefined,
  ])
  expect((await refresh(refresh_token, secret)).statusCode).toBe(200)
})

test.each([
  ['unknown', `srt_abcdefghijkl_${'A'.repeat(43)}_00000000`],
  ['no refresh token at all', 'x'],
  ['an access token', 'eyJhbGciOiJFUzI1NiJ9.e30.AA'],
])('RF-21 ONC-22 AID-21 a token that is %s is plain invalid_grant', async (_name, text) => {
  const { refresh } = await withToken()
  expect(refusal(await refresh(text))).toEqual([400, 'invalid_grant', undefined])
  expect(refusal(await refresh(text, { client_id: undefined }))).toEqual([400, 'invalid_grant', undefined])
})

test('RF-09 RF-10 RF-11 TOK-02 IN-04 IN-05 IX-04 scope: absent, equal, narrower; the next refresh has all of it again', async () => {
  const { first, refresh } = await withToken()
  const narrowed = await refresh(first, { scope: 'patient/Observation.rs' })
  expect(narrowed.json().scope).toBe('patient/Observation.rs')
  const equal = await refresh(narrowed.json().refresh_token, { scope: aGrant.scope })
  expect(equal.json().scope).toBe(aGrant.scope)
  const absent = await refresh(equal.json().refresh_token)
  expect(absent.json().scope).toBe(aGrant.scope)
})

test.each([
  ['wider', 'patient/Observation.cruds'],
  ['of another type', 'patient/Condition.rs'],
  ['of another level', 'user/Observation.rs'],
  ['unknown', 'fantasy'],
  ['malformed', 'patient/Observation.sr'],
])('RFC-05 THR-35 a scope that is %s is invalid_scope and costs no token', async (_name, extra) => {
  const { first, refresh } = await withToken()
  expect(refusal(await refresh(first, { scope: `patient/Patient.r ${extra}` }))).toEqual([
    400,
    'invalid_scope',
    undefined,
  ])
  expect((await refresh(first)).statusCode).toBe(200)
})

test('TOK-15 rotation never moves the end the person chose', async () => {
  const { env, first, refresh } = await withToken({ grant: { endsAt: testStart + 100 } })
  env.clock.advance(60)
  const second = await refresh(first)
  expect(second.json().expires_in).toBe(40)
  env.clock.advance(40)
  expect(refusal(await refresh(second.json().refresh_token))).toEqual([400, 'invalid_grant', 'refresh_token_expired'])
})

test('ONC-01 ONC-02 three months of silence are fine, and each use opens new ones', async () => {
  const { env, first, refresh } = await withToken()
  let newest = first
  for (let quarter = 0; quarter < 5; quarter += 1) {
    env.clock.advance(92 * 86_400)
    const answer = await refresh(newest)
    expect(answer.statusCode).toBe(200)
    newest = answer.json().refresh_token
  }
})

test('AID-21 TOK-17 unused for longer it is paused, not consumed, and works after the person agreed again', async () => {
  const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
  env.clock.advance(94 * 86_400)
  const paused = await refresh(first)
  expect(paused.json()).toMatchObject({
    error: 'invalid_grant',
    error_reason: 'grant_suspended',
    suspension: { kind: 'unused', reasons: ['unused'], user_action_required: true, retry_after: null },
  })
  expect((await env.store.grants.find('g'))?.state).toBe('suspended')
  await env.store.grants.resume('g', {}, env.now())
  expect((await refresh(first)).statusCode).toBe(200)
})

test('a token unused for half a year has expired for good', async () => {
  const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
  env.clock.advance(181 * 86_400)
  expect(refusal(await refresh(first))).toEqual([400, 'invalid_grant', 'refresh_token_expired'])
  expect((await env.store.grants.find('g'))?.state).toBe('expired')
})

test('AID-21 TOK-17 a hundred refreshes while paused consume nothing; the same token works afterwards', async () => {
  const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
  await env.store.grants.suspend('g', 'organization_changed', env.now())
  const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(first)))
  const expected = {
    error: 'invalid_grant',
    error_reason: 'grant_suspended',
    suspension: { kind: 'identity', reasons: ['organization_changed'], user_action_required: true, retry_after: null },
  }
  for (const answer of answers) expect(answer.json()).toMatchObject(expected)
  await env.store.grants.resume('g', {}, env.now())
  expect((await refresh(first)).statusCode).toBe(200)
  expect(env.audited.filter(({ event }) => event === 'refresh-reused')).toEqual([])
})

test('AID-21 a pause that may end by itself says when to try again', async () => {
  const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
  await env.store.grants.suspend('g', 'certificate_expired', env.now())
  const answer = await refresh(first)
  expect(answer.headers['retry-after']).toBe('3600')
  expect(answer.json().suspension).toEqual({
    kind: 'hygiene',
    reasons: ['certificate_expired'],
    user_action_required: false,
    retry_after: 3600,
  })
})

test('AID-21 whoever does not own the token learns nothing of a pause', async () => {
  const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
  await env.store.clients.create({ ...aClient, id: 'thief' })
  await env.store.grants.suspend('g', 'organization_changed', env.now())
  expect(refusal(await refresh(first, { client_id: 'thief' }))).toEqual([400, 'invalid_grant', undefined])
})

test('TOK-40 THR-06 a withdrawal that races with rotation leaves no token that works', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { env, first, refresh } = await withToken({ grant: { id: 'g' } })
    const end = () => env.store.grants.end('g', { state: 'revoked', reason: 'withdrawn_by_user' }, env.now())
    const [answer] = await Promise.all([refresh(first), end()])
    const { refresh_token = first } = answer.json()
    expect(refusal(await refresh(refresh_token))).toEqual([400, 'invalid_grant', 'grant_revoked'])
  }
})

test('TOK-01 a client that keeps its token gets it back unchanged; a public one rotates whatever its setting says', async () => {
  const { env, redeem, refresh, first } = await withToken()
  await env.store.clients.save({ ...aClient, refreshRotation: 'none' }, testStart)
  expect((await refresh(first)).json().refresh_token).not.toBe(first)
  const secret = { client_id: 'keeper', client_secret: 's' }
  const auth = { method: 'client_secret_post', secretHash: hashSecret('s') } as const
  await env.store.clients.create({ ...aClient, id: 'keeper', refreshRotation: 'bearer', auth })
  const kept = (await redeem(await newCode(env, { grant: { clientId: 'keeper' } }), secret)).json().refresh_token
  for (let use = 0; use < 3; use += 1) {
    env.clock.advance(90 * 86_400)
    const answer = await refresh(kept, secret)
    expect([answer.statusCode, answer.json().refresh_token]).toEqual([200, kept])
  }
})

/** An app with `online_access`; the browser session idles out after half an hour and ends after twelve hours. */
const withSession = async () => {
  const world = await tokenWorld()
  await world.env.store.sessions.create({
    id: 's1',
    subject: aUser.subject,
    authenticatedAt: testStart,
    lastActiveAt: testStart,
    idleEndsAt: testStart + 1800,
    endsAt: testStart + 12 * 3600,
    methods: ['pwd'],
  })
  const answer = await world.redeem(await newCode(world.env, { grant: { access: 'online', sessionId: 's1' } }))
  return { ...world, answer, first: String(answer.json().refresh_token), refresh: refreshIn(world) }
}

test('RF-02 CP-15 an online token tells how long the session lives, and dies with it', async () => {
  const { env, answer, first, refresh } = await withSession()
  expect(answer.json().active_ttl).toBe(1800)
  env.clock.advance(1000)
  const second = await refresh(first)
  expect(second.json().active_ttl).toBe(800)
  env.clock.advance(800)
  expect(refusal(await refresh(second.json().refresh_token))).toEqual([400, 'invalid_grant', 'session_ended'])
})

test('RF-02 signing out ends the online token at once', async () => {
  const { env, first, refresh } = await withSession()
  await env.store.sessions.end('s1', env.now())
  expect(refusal(await refresh(first))).toEqual([400, 'invalid_grant', 'session_ended'])
})

test('CP-15 active_at keeps the session alive, up to its absolute end', async () => {
  const { env, first, refresh } = await withSession()
  let newest = first
  for (let half = 0; half < 28; half += 1) {
    env.clock.advance(1500)
    const answer = await refresh(newest, { active_at: '60' })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().active_ttl).toBe(Math.min(1740, 12 * 3600 - (half + 1) * 1500))
    newest = answer.json().refresh_token
  }
  env.clock.advance(1500)
  expect(refusal(await refresh(newest, { active_at: '0' }))).toEqual([400, 'invalid_grant', 'session_ended'])
})

test.each(['-5', 'now', '1.5', '99999999999', '3600'])('CP-15 active_at=%s moves nothing', async (text) => {
  const { env, first, refresh } = await withSession()
  env.clock.advance(1000)
  expect((await refresh(first, { active_at: text })).json().active_ttl).toBe(800)
})

test('CP-15 an offline token has no active_ttl, whatever active_at says', async () => {
  const { first, refresh } = await withToken()
  expect((await refresh(first, { active_at: '0' })).json()).not.toHaveProperty('active_ttl')
})

test('THR-38 a parent who is a patient too loses a child’s record when the right ends, and never their own', async () => {
  const { env, first, refresh } = await withToken()
  await env.store.users.save({ ...aUser, role: 'patient', fhirUser: 'Patient/parent', patients: ['parent', 'p1'] })
  env.facts.patients.push({ id: 'p1', name: 'Ana' })
  const second = await refresh(first)
  expect(second.statusCode).toBe(200)
  await env.store.users.save({ ...aUser, role: 'patient', fhirUser: 'Patient/parent', patients: ['parent'] })
  expect(refusal(await refresh(second.json().refresh_token))).toEqual([400, 'invalid_grant', 'grant_revoked'])
})

test('TOK-40 THR-36 what is cut while a token is being made cuts that token too', async () => {
  const { env, first, refresh } = await withToken()
  await env.store.users.save({ ...aUser, role: 'proxy', fhirUser: 'RelatedPerson/r1' })
  const [grant] = await env.store.grants.listBySubject(aUser.subject)
  if (grant === undefined) throw new Error('there is a grant')
  env.facts.patients.push({ id: 'p1', name: 'Ana' })
  const slow = env.facts.patients.filter
  env.facts.patients.filter = ((...rest: Parameters<typeof slow>) => {
    env.clock.advance(3)
    void env.store.tokens.cut({ kind: 'grant', id: grant.id, at: env.now() }, env.now() + 600)
    env.clock.advance(2)
    return slow.apply(env.facts.patients, rest)
  }) as typeof slow
  const { access_token } = (await refresh(first)).json()
  const { jti = '', iat = 0 } = decodeJwt(access_token)
  const asked = { jti, grantId: grant.id, clientId: aClient.id, issuedAt: iat }
  expect(await env.store.tokens.isCut(asked)).toBe(true)
})

test('THR-38 a proxy is asked for at every refresh: with the right it works, without it nothing more is issued', async () => {
  const { env, first, refresh } = await withToken()
  env.facts.patients.push({ id: 'p1', name: 'Ana' })
  await env.store.users.save({ ...aUser, role: 'proxy', fhirUser: 'RelatedPerson/r1' })
  const second = await refresh(first)
  expect(second.statusCode).toBe(200)
  env.facts.patients.length = 0
  expect(refusal(await refresh(second.json().refresh_token))).toEqual([400, 'invalid_grant', 'grant_revoked'])
})
