import { expect, test } from 'vitest'
import { openFixture } from './fixture.ts'

const resources = [
  { resourceType: 'Patient', id: 'A' },
  { resourceType: 'Observation', id: 'o', subject: { reference: 'Patient/A' }, status: 'final' },
  { resourceType: 'Observation', id: 'b', subject: { reference: 'Patient/B' }, status: 'final' },
]
const profile = (name: string) => `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${name}`

test('a read is recorded as PatientRead with who, what and whose', async () => {
  const { get, audited } = openFixture({ resources })
  await get('/Observation/o')
  const [event] = audited
  expect(audited).toHaveLength(1)
  expect(event).toMatchObject({
    resourceType: 'AuditEvent',
    meta: { profile: [profile('PatientRead'), profile('OAUTHaccessTokenUse.Comprehensive')] },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }],
    action: 'R',
    outcome: '0',
  })
  const text = JSON.stringify(event)
  for (const part of [
    'Patient/A',
    'Observation/o',
    '"app"',
    '"user-a"',
    'urn:ietf:params:oauth:jti:token-1',
    '110153',
    '110152',
    'IRCP',
  ])
    expect(text).toContain(part)
})

test('a query is recorded as received and as sent', async () => {
  const { get, audited } = openFixture({ resources })
  await get('/Observation?status=final')
  const text = JSON.stringify(audited[0])
  expect(text).toContain(Buffer.from('GET /fhir/Observation?status=final').toString('base64'))
  expect(text).toContain('patient=Patient%2FA')
  expect(text).toContain(profile('PatientQuery'))
})

test('a refusal is recorded with its reason and without the profiles of success', async () => {
  const { get, audited } = openFixture({ resources })
  await get('/Observation/b')
  await get('/Observation', { scope: 'patient/Condition.rs' })
  await get('/Observation', { aud: 'http://other.test' })
  expect(audited.map(({ outcome, outcomeDesc, meta }) => [outcome, outcomeDesc, meta])).toEqual([
    ['4', 'not-found', undefined],
    ['4', 'insufficient-scope', undefined],
    ['4', 'invalid-token', undefined],
  ])
})

test('a batch is one record per entry; no token is in any of them', async () => {
  const { request, audited, token } = openFixture({ resources })
  const entry = ['Patient/A', 'Observation/b'].map((url) => ({ request: { method: 'GET', url } }))
  await request({
    method: 'POST',
    url: '/fhir',
    payload: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }),
    headers: { 'content-type': 'application/fhir+json' },
  })
  expect(audited.map(({ outcome }) => outcome)).toEqual(['0', '4'])
  expect(JSON.stringify(audited)).not.toContain(token().slice(0, 40))
})

test('what cannot be recorded is not answered', async () => {
  const { get } = openFixture({ resources, env: { audit: () => Promise.reject(new Error('full')) } })
  const reply = await get('/Observation/o')
  expect(reply.status).toBe(503)
  expect(reply.text).toContain('audit-unavailable')
})
