import { expect, test } from 'vitest'
import { idsOf, openFixture } from '../../packages/gateway/test/fixture.ts'

const observation = (id: string, ...patients: readonly string[]) => ({
  resourceType: 'Account',
  id,
  subject: patients.map((patient) => ({ reference: `Patient/${patient}` })),
})
const resources = [
  observation('first', 'A', 'C'),
  observation('second', 'C', 'A'),
  observation('own', 'C'),
  observation('other', 'B'),
  observation('mixed', 'A', 'B'),
  observation('mixed-too', 'B', 'C'),
]
const config = (input: Parameters<NonNullable<NonNullable<Parameters<typeof openFixture>[0]>['config']>>[0]) => ({
  ...input,
  locations: input.locations.map((location) => ({ ...location, systemReach: { app: { patients: ['A', 'C'] } } })),
})

test('GW-20: every patient of a reach counts, whichever place a record names them in', async () => {
  const { get } = openFixture({ resources, config })
  const claims = { scope: 'system/Account.rs', patient: undefined }
  expect(idsOf((await get('/Account', claims)).body)).toEqual(['Account/first', 'Account/own', 'Account/second'])
  for (const id of ['first', 'second', 'own']) expect((await get(`/Account/${id}`, claims)).status, id).toBe(200)
  for (const id of ['other', 'mixed', 'mixed-too']) expect((await get(`/Account/${id}`, claims)).status, id).toBe(404)
})

test('GW-20: a patient outside the reach is refused by name', async () => {
  const { get } = openFixture({ resources, config })
  const claims = { scope: 'system/Account.rs', patient: undefined }
  expect((await get('/Account?patient=B', claims)).status).toBe(403)
  expect(idsOf((await get('/Account?patient=C', claims)).body)).toEqual([
    'Account/first',
    'Account/own',
    'Account/second',
  ])
})
