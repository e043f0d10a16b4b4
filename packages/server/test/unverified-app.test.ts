import { expect, test } from 'vitest'
import { openBrowser, wayBack } from './browser.ts'
import { testIssuer } from './env.ts'
import { agree, authorizeUrl, clientRecord, openClinic, signIn } from './people.ts'

const unknown = { registrationTokenHash: 'ab'.repeat(32), selfRegistered: true } as const

const clinic = async () => {
  const at = await openClinic({}, [
    clientRecord('stranger', unknown),
    clientRecord('native', { ...unknown, redirectUris: ['org.example.app:/back'] }),
    clientRecord('off', { state: 'suspended' }),
  ])
  return { ...at, browser: openBrowser(at.app, { 'accept-language': 'es' }) }
}

const requests = {
  'an unknown app with prompt=none, nobody signed in': { client_id: 'stranger', prompt: 'none' },
  'an unknown app with a bad scope': { client_id: 'stranger', scope: 'system/*.rs' },
  'an app that is not active': { client_id: 'off' },
} as const

test.each(Object.entries(requests))(
  'THR-02 %s: the page names the target and does not go there',
  async (_, request) => {
    const { browser } = await clinic()
    if (!('prompt' in request)) await agree(browser, 'ana')
    const page = await browser.open(authorizeUrl(request))
    const host = `${request.client_id}.example`
    expect([page.url.origin, page.headers.refresh]).toEqual([testIssuer, undefined])
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.html).toContain(`Volver a ${host}`)
    const back = wayBack(page)
    expect([back.host, back.searchParams.get('iss')]).toEqual([host, testIssuer])
    expect(back.searchParams.get('state')).toBe('s'.repeat(22))
    expect(back.searchParams.get('error')).toMatch(/^(login_required|invalid_scope|access_denied)$/)
    expect((await browser.open(page.url.href)).html).toContain('interaction-expired')
  },
)

test('THR-02 an unknown app without a host is named by its redirect URI', async () => {
  const { browser } = await clinic()
  const redirect_uri = 'org.example.app:/back'
  const page = await browser.open(authorizeUrl({ client_id: 'native', redirect_uri, prompt: 'none' }))
  expect(page.html).toContain(`Volver a ${redirect_uri}`)
  expect(wayBack(page).href).toMatch(/^org\.example\.app:\/back\?error=login_required&/)
})

test('THR-02 an app the operator registered gets its prompt=none error by itself', async () => {
  const { browser } = await clinic()
  const { url } = await browser.open(authorizeUrl({ prompt: 'none' }))
  expect([url.host, url.searchParams.get('error')]).toEqual(['chart.example', 'login_required'])
})

test('THR-02 CON-09 who chooses not to share with an unknown app goes straight back', async () => {
  const { browser } = await clinic()
  const page = await signIn(browser, await browser.open(authorizeUrl({ client_id: 'stranger' })), 'ana')
  expect(page.url.pathname).toBe('/consent')
  const { url } = await browser.send(page, { answer: 'deny' })
  expect([url.host, url.searchParams.get('error')]).toEqual(['stranger.example', 'access_denied'])
})
