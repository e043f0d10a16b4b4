import { expect, test } from 'vitest'
import { type FixtureOptions, idsOf, openFixture } from './fixture.ts'

const observation = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  subject: { reference: `Patient/${patient}` },
})
const resources = [
  { resourceType: 'Patient', id: 'A' },
  { resourceType: 'Practitioner', id: 'p' },
  { resourceType: 'RelatedPerson', id: 'parent', active: true, patient: { reference: 'Patient/A' } },
  { resourceType: 'RelatedPerson', id: 'former', active: false, patient: { reference: 'Patient/A' } },
  { resourceType: 'RelatedPerson', id: 'past', period: { end: '2020' }, patient: { reference: 'Patient/A' } },
  {
    resourceType: 'Group',
    id: 'g',
    member: [{ entity: { reference: 'Patient/A' } }, { entity: { reference: 'Patient/B' }, inactive: true }],
  },
  observation('a', 'A'),
  observation('b', 'B'),
]
const user = (fhirUser: string) => ({
  scope: 'user/Observation.rs',
  patient: undefined,
  fhirUser: `http://gateway.test/fhir/${fhirUser}`,
})
type Configure = NonNullable<FixtureOptions['config']>
type Location = Parameters<Configure>[0]['locations'][number]
const located =
  (change: Partial<Location>): Configure =>
  (input) => ({ ...input, locations: input.locations.map((each) => ({ ...each, ...change })) })

test.each([
  ['Patient/A', ['Observation/a']],
  ['RelatedPerson/parent', ['Observation/a']],
  ['Practitioner/p', ['Observation/a', 'Observation/b']],
])('SC-21: user/ scopes of %s reach what that user may see', async (fhirUser, expected) => {
  const { get } = openFixture({ resources })
  expect(idsOf((await get('/Observation', user(fhirUser))).body)).toEqual(expected)
})

test.each(['RelatedPerson/former', 'RelatedPerson/past', 'RelatedPerson/nobody', 'Organization/o'])(
  'SC-24: user/ scopes of %s reach nothing',
  async (fhirUser) => {
    const { get } = openFixture({ resources })
    expect((await get('/Observation', user(fhirUser))).status).toBe(403)
  },
)

test('userReach none, and policy: the reach port decides, and its failure is 503', async () => {
  const none = openFixture({ resources, config: located({ userReach: 'none' }) })
  expect((await none.get('/Observation', user('Practitioner/p'))).status).toBe(403)
  const policy = openFixture({ resources, config: located({ userReach: 'policy' }), env: { reach: async () => ['B'] } })
  expect(idsOf((await policy.get('/Observation', user('Practitioner/p'))).body)).toEqual(['Observation/b'])
  const broken = openFixture({
    resources,
    config: located({ userReach: 'policy' }),
    env: { reach: () => Promise.reject(new Error('down')) },
  })
  expect((await broken.get('/Observation', user('Practitioner/p'))).status).toBe(503)
})

test('SC-22: system/ scopes of a client limited to groups reach the active members', async () => {
  const { get } = openFixture({ resources, config: located({ systemReach: { app: { groups: ['g'] } } }) })
  const claims = { scope: 'system/Observation.rs', patient: undefined }
  expect(idsOf((await get('/Observation', claims)).body)).toEqual(['Observation/a'])
  expect((await get('/Observation/b', claims)).status).toBe(404)
})

test('ID-09: the user’s own resource is readable whatever the scopes say, and only it, and only by read', async () => {
  const { get } = openFixture({ resources })
  const claims = {
    scope: 'openid fhirUser patient/Observation.rs',
    fhirUser: 'http://gateway.test/fhir/Practitioner/p',
  }
  expect((await get('/Practitioner/p', claims)).status).toBe(200)
  expect((await get('/Practitioner', claims)).status).toBe(403)
  expect((await get('/Practitioner/p/_history', claims)).status).toBe(403)
  expect((await get('/Patient/A', claims)).status).toBe(403)
})

test('restrictions carried with the token only narrow: a withheld resource looks absent', async () => {
  const { get } = openFixture({ resources })
  const restriction = {
    type: 'https://gatehouse.dev/codes/restriction',
    id: 'r',
    effect: 'deny',
    resourceTypes: ['Observation'],
  }
  const claims = { authorization_details: [restriction] }
  expect((await get('/Observation/a', claims)).status).toBe(404)
  expect(idsOf((await get('/Observation', claims)).body)).toEqual([])
  expect((await get('/Patient/A', claims)).status).toBe(200)
  const unknown = { authorization_details: [{ ...restriction, members: 'unknown' }] }
  expect((await get('/Patient/A', unknown)).status).toBe(403)
})

test('labels the operator withholds are withheld from everyone', async () => {
  const secret = { ...observation('s', 'A'), meta: { security: [{ system: 'c', code: 'R' }] } }
  const { get } = openFixture({ resources: [...resources, secret], config: located({ withholdLabels: ['c|R'] }) })
  expect((await get('/Observation/s')).status).toBe(404)
  expect((await get('/Observation/s', user('Practitioner/p'))).status).toBe(404)
  expect(idsOf((await get('/Observation', user('Practitioner/p'))).body)).toEqual(['Observation/a', 'Observation/b'])
})
