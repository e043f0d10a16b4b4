import { completeLaunch, startLaunch } from '@gatehouse/client'
import { expect, test } from 'vitest'
import { smartServer } from './smart-server.ts'
import { testApp, testPlatform } from './test-app.ts'

test('AL-29 SDK-01 SDK-04 a standalone launch ends in a session that reads FHIR', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  const { method, url } = await startLaunch(app)
  const asked = new URL(url).searchParams
  expect(method).toBe('GET')
  expect(Object.fromEntries(asked)).toMatchObject({
    response_type: 'code',
    client_id: 'app-1',
    redirect_uri: app.redirectUri,
    scope: app.scope,
    aud: server.fhirBase,
    code_challenge_method: 'S256',
  })
  expect(asked.get('state')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(asked.has('launch')).toBe(false)

  const session = await completeLaunch(app, server.authorize(url))
  expect(session.context.patient).toBe('p1')
  expect(session.user).toEqual({
    issuer: server.issuer,
    subject: 'user-1',
    fhirUser: `${server.fhirBase}/Practitioner/d1`,
  })
  expect(await session.request('Patient/p1')).toMatchObject({ resourceType: 'Patient', id: 'p1' })
  const read = server.sent.at(-1)
  expect(read?.url.href).toBe(`${server.fhirBase}/Patient/p1`)
  expect(read?.headers.get('authorization')).toMatch(/^Bearer /)
})
