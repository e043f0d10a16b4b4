import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { testAudience } from './env.ts'
import { agree, authorizeUrl, type Clinic, clientRecord, openClinic } from './people.ts'

let at: Clinic

beforeAll(async () => {
  at = await openClinic({}, [
    clientRecord('batch', { grantTypes: ['client_credentials'] }),
    clientRecord('query', { redirectUris: ['https://query.example/callback?x=1'] }),
  ])
})

/** What a browser without any cookie gets: never a redirect that leaves us. */
const open = (changes: Readonly<Record<string, string | undefined>>) => openBrowser(at.app).open(authorizeUrl(changes))

type Refusal = readonly [title: string, changes: Readonly<Record<string, string | undefined>>, reason: string]

const refusals: readonly Refusal[] = [
  ['AL-33 no client', { client_id: '', redirect_uri: 'https://chart.example/callback' }, 'client-unknown'],
  ['AL-33 an unknown client', { client_id: 'nobody' }, 'client-unknown'],
  ['a client that is no app', { client_id: 'batch' }, 'client:grant-type-not-allowed'],
  ['AL-34 no redirect URI', { redirect_uri: undefined }, 'redirect-uri-mismatch'],
  ['AL-32 no response type', { response_type: undefined }, 'authorize:response-type'],
  ['AL-32 the implicit flow', { response_type: 'token' }, 'authorize:response-type'],
  ['a hybrid flow', { response_type: 'code id_token' }, 'authorize:response-type'],
  ['another response mode', { response_mode: 'fragment' }, 'authorize:response-mode'],
  ['ID-16 a request object', { request: 'e30.e30.' }, 'authorize:request-object'],
  ['RFC 9126 a request_uri of somewhere else', { request_uri: 'https://evil.example/r' }, 'authorize:request-uri'],
  ['AL-37 no state', { state: undefined }, 'authorize:state-missing'],
  ['AL-36 no scope', { scope: undefined }, 'authorize:scope-empty'],
  ['AL-39 no audience', { aud: undefined }, 'authorize:audience-missing'],
  ['AL-39 another server', { aud: 'https://evil.example/r4' }, 'authorize:audience-unknown'],
  ['AL-40 another server beside ours', { resource: 'https://evil.example/r4' }, 'authorize:audience-unknown'],
  ['THR-10 plain http', { aud: testAudience.replace('https', 'http') }, 'authorize:audience-unknown'],
  ['THR-10 a longer path', { aud: `${testAudience}/more` }, 'authorize:audience-unknown'],
  ['THR-10 a shorter path', { aud: testAudience.slice(0, -1) }, 'authorize:audience-unknown'],
  ['THR-10 two slashes at the end', { aud: `${testAudience}//` }, 'authorize:audience-unknown'],
  ['THR-10 a name before the host', { aud: testAudience.replace('//', '//x@') }, 'authorize:audience-unknown'],
  ['THR-10 other letters', { aud: testAudience.toUpperCase() }, 'authorize:audience-unknown'],
  ['THR-10 a look-alike', { aud: testAudience.replace('e', 'е') }, 'authorize:audience-unknown'],
  ['AL-41 THR-05 no challenge', { code_challenge: undefined }, 'authorize:pkce-missing'],
  ['IX-01 THR-05 no method, which means plain', { code_challenge_method: undefined }, 'authorize:pkce-method'],
  ['AL-14 THR-05 plain', { code_challenge_method: 'plain' }, 'authorize:pkce-method'],
  ['THR-05 neither', { code_challenge: undefined, code_challenge_method: undefined }, 'authorize:pkce-missing'],
  ['RFC-08 a padded challenge', { code_challenge: `${'a'.repeat(43)}=` }, 'authorize:pkce-malformed'],
  ['RFC-08 a short challenge', { code_challenge: 'a'.repeat(42) }, 'authorize:pkce-malformed'],
  ['an unknown prompt', { prompt: 'create' }, 'authorize:prompt'],
  ['prompt=none with another', { prompt: 'none login' }, 'authorize:prompt'],
  ['a max_age that is no number', { max_age: '-1' }, 'authorize:max-age'],
  ['TOK-23 a dpop_jkt that is no thumbprint', { dpop_jkt: 'short' }, 'authorize:dpop-key'],
  ['an id_token_hint of somebody else', { id_token_hint: 'e30.e30.AAAA' }, 'authorize:id-token-hint'],
]

describe('IN-12 RFC-02 THR-02 before client and redirect URI are believed there is a page, never a redirect', () => {
  test.each(refusals)('%s', async (_title, changes, reason) => {
    const page = await open(changes)
    expect([page.url.origin === new URL(page.url).origin, page.status >= 400, page.status < 500]).toEqual([
      true,
      true,
      true,
    ])
    expect(page.url.pathname).toBe('/authorize')
    expect(page.html).toContain(reason)
    expect(page.headers['content-type']).toContain('text/html')
  })

  test.each(['client_id', 'redirect_uri', 'scope', 'state', 'aud', 'code_challenge', 'response_type'])(
    'RFC-03 %s twice, even with the same value',
    async (name) => {
      const url = new URL(authorizeUrl(), 'https://x.example')
      url.searchParams.append(name, url.searchParams.get(name) ?? '')
      const page = await openBrowser(at.app).open(`${url.pathname}${url.search}`)
      expect([page.status, page.html.includes('request:repeated-parameter')]).toEqual([400, true])
    },
  )

  test.each([
    'https://evil.example/',
    'https://chart.example/callback/',
    'https://chart.example/callback?x=1',
    '//evil.example',
    'javascript:alert(1)',
  ])('THR-01 AL-34 redirect URI %s', async (redirect_uri) => {
    const page = await open({ redirect_uri })
    expect([page.status, page.html.includes('redirect-uri-mismatch')]).toEqual([400, true])
    expect(page.html).not.toContain(redirect_uri)
  })

  test('THR-01 whatever is sent as redirect URI, a browser nobody is signed in at stays here', async () => {
    const uri = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.constantFrom('https://chart.example/callback').chain((good) => fc.string().map((tail) => good + tail)),
    )
    await fc.assert(
      fc.asyncProperty(uri, async (redirect_uri) => {
        const { url } = await open({ redirect_uri })
        expect(url.host).toBe('auth.example.org')
      }),
      { numRuns: 60 },
    )
  })
})

describe('RFC-02 THR-02 once client and redirect URI are believed, the page leads back by a link', () => {
  test('with the error, state and iss that the app waits for', async () => {
    const page = await open({ code_challenge_method: 'plain', state: 'a b&"<' })
    const href = /<a class="button" href="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const back = new URL(href)
    expect(back.origin + back.pathname).toBe('https://chart.example/callback')
    expect([...back.searchParams.keys()]).toEqual(['error', 'error_description', 'state', 'iss'])
    expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual(['invalid_request', 'a b&"<'])
  })

  test('and not before', async () => {
    for (const changes of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/' }])
      expect((await open(changes)).html).not.toContain('class="button"')
  })
})

test('RFC-03 unknown parameters are ignored, empty ones count as omitted', async () => {
  expect((await open({ unknown: 'x', launch: '', prompt: '' })).url.pathname).toBe('/sign-in')
})

test('AL-39 one slash at the end of aud is forgiven', async () => {
  expect((await open({ aud: `${testAudience}/` })).url.pathname).toBe('/sign-in')
})

test('AL-40 RFC-13 resource stands for aud, and beside it', async () => {
  expect((await open({ aud: undefined, resource: testAudience })).url.pathname).toBe('/sign-in')
  const { url } = await agree(openBrowser(at.app), 'ana', authorizeUrl({ resource: testAudience }))
  expect(url.searchParams.get('code')).toBeTruthy()
  const [grant] = await at.env.store.grants.listBySubject('sub-ana')
  expect(grant?.audience).toEqual([testAudience])
})

test('AL-48 a redirect URI with a query keeps it', async () => {
  const redirect_uri = 'https://query.example/callback?x=1'
  const { url } = await agree(openBrowser(at.app), 'ana', authorizeUrl({ client_id: 'query', redirect_uri }))
  expect([url.searchParams.get('x'), url.searchParams.has('code')]).toEqual(['1', true])
})

describe('AL-44 AL-46 IN-25 a request by POST from another site, without any cookie', () => {
  test('is kept and answered with a redirect to our own GET', async () => {
    const [path = '', query = ''] = authorizeUrl().split('?')
    const answer = await at.app.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://chart.example' },
      payload: query,
    })
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toMatch(/^https:\/\/auth\.example\.org\/authorize\?interaction=/)
    expect(answer.headers['set-cookie']).toMatch(/^__Host-.*; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=/)
  })

  test('leads to a code like a GET', async () => {
    const browser = openBrowser(at.app)
    const form = Object.fromEntries(new URL(authorizeUrl(), 'https://x.example').searchParams)
    const page = await browser.post('/authorize', form)
    expect(page.url.pathname).toBe('/sign-in')
  })

  test('is refused like a GET', async () => {
    const answer = await openBrowser(at.app).post('/authorize', { client_id: 'nobody' })
    expect(answer.status).toBe(400)
  })
})

describe('RFC 9126 a pushed request', () => {
  const push = (changes: Readonly<Record<string, string>> = {}) => {
    const form = Object.fromEntries(new URL(authorizeUrl(), 'https://x.example').searchParams)
    return at.app.inject({
      method: 'POST',
      url: '/par',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ ...form, ...changes }).toString(),
    })
  }
  const use = (request_uri: string, client_id = 'chart') =>
    openBrowser(at.app).open(`/authorize?${new URLSearchParams({ client_id, request_uri, scope: 'patient/*.cruds' })}`)

  test('is opened once, and nothing is added to it on the way', async () => {
    const answer = await push()
    expect(answer.statusCode).toBe(201)
    const { request_uri, expires_in } = answer.json<{ request_uri: string; expires_in: number }>()
    expect([request_uri.startsWith('urn:ietf:params:oauth:request_uri:'), expires_in]).toEqual([true, 90])
    expect((await use(request_uri)).url.pathname).toBe('/sign-in')
    expect((await use(request_uri)).html).toContain('authorize:request-uri')
  })

  test('is of one client, and expires', async () => {
    const first = (await push()).json<{ request_uri: string }>()
    expect((await use(first.request_uri, 'query')).html).toContain('authorize:request-uri')
    const second = (await push()).json<{ request_uri: string }>()
    at.env.clock.advance(91)
    expect((await use(second.request_uri)).html).toContain('authorize:request-uri')
  })

  test.each([
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['another redirect URI', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ['another audience', { aud: 'https://evil.example/' }, 'invalid_target'],
    ['a request_uri inside', { request_uri: 'urn:x' }, 'invalid_request'],
  ])('with %s is refused at once, as JSON', async (_title, changes, error) => {
    const answer = await push(changes)
    expect(answer.json<{ error: string }>().error).toBe(error)
  })
})
