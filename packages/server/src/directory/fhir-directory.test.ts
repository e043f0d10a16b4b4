import { expect, test } from 'vitest'
import type { Fetched, FetchOptions } from '../env.ts'
import type { User } from '../sign-in/user.ts'
import { fhirDirectory } from './fhir-directory.ts'

const now = Date.UTC(2026, 10, 21) / 1000
const base = 'https://fhir.example/r4'

const person = (role: User['role'], fhirUser: string): User => ({
  subject: 's',
  username: 'u',
  name: 'U',
  role,
  fhirUser,
  patients: [],
  state: 'active',
})

const patient = (id: string, family: string) => ({
  resourceType: 'Patient',
  id,
  name: [{ use: 'official', given: ['Ana'], family }],
  birthDate: '2001-02-03',
})

const related = (id: string, of: string, more: object = {}) => ({
  resourceType: 'RelatedPerson',
  id,
  patient: { reference: `Patient/${of}` },
  ...more,
})

/** A directory whose upstream has these answers by query; anything else is an empty Bundle. */
const directory = (answers: Record<string, readonly object[] | Error>) => {
  const asked: { url: string; options: FetchOptions }[] = []
  const fetch = async (url: URL, options: FetchOptions): Promise<Fetched> => {
    asked.push({ url: url.href, options })
    const answer = answers[`${url.pathname.split('/').at(-1)}${decodeURIComponent(url.search)}`] ?? []
    if (answer instanceof Error) throw answer
    const bundle = { resourceType: 'Bundle', entry: answer.map((resource) => ({ resource })) }
    return { status: 200, headers: new Headers(), body: new TextEncoder().encode(JSON.stringify(bundle)) }
  }
  const source = { base, url: 'http://upstream.example/fhir', authorization: 'Bearer secret' }
  const effects = { config: { directory: { sources: [source] } }, fetch, log: () => undefined, now: () => now }
  return { asked, ...fhirDirectory(effects) }
}

test('CON-15 a patient reaches their own record, with name and birth date', async () => {
  const { patients, asked } = directory({ 'Patient?_id=a&_count=100': [patient('a', 'Ruiz')] })
  expect(await patients(person('patient', 'Patient/a'), base, undefined)).toEqual([
    { id: 'a', name: 'Ana Ruiz', birthDate: '2001-02-03', relation: 'self' },
  ])
  expect(asked[0]?.options.headers?.authorization).toBe('Bearer secret')
})

test('THR-22 a patient has no relation to another record', async () => {
  const { relation } = directory({ 'Patient?_id=a&_count=100': [patient('a', 'Ruiz')] })
  expect(await relation(person('patient', 'Patient/a'), base, 'b')).toBeUndefined()
})

test('THR-22 an upstream that answers with more than was asked gives no more rights', async () => {
  const { patients } = directory({ 'Patient?_id=a&_count=100': [patient('a', 'Ruiz'), patient('b', 'Other')] })
  expect(await patients(person('patient', 'Patient/a'), base, undefined)).toHaveLength(1)
})

test('THR-38 a proxy reaches the patient while the RelatedPerson is in force', async () => {
  const child = { 'Patient?_id=kid&_count=100': [patient('kid', 'Ruiz')] }
  const withPeriod = (more: object) =>
    directory({ ...child, 'RelatedPerson?_id=r&_count=100': [related('r', 'kid', more)] }).relation(
      person('proxy', 'RelatedPerson/r'),
      base,
      'kid',
    )
  expect((await withPeriod({}))?.relation).toBe('proxy')
  expect((await withPeriod({ period: { end: '2026-11-21' } }))?.relation).toBe('proxy')
  expect((await withPeriod({ period: { start: '2020', end: '2026' } }))?.relation).toBe('proxy')
  expect(await withPeriod({ period: { end: '2026-11-20' } })).toBeUndefined()
  expect(await withPeriod({ period: { start: '2027-01-01' } })).toBeUndefined()
  expect(await withPeriod({ active: false })).toBeUndefined()
})

test('ID-07 a Person reaches every Patient and RelatedPerson it is linked to', async () => {
  const links = ['Patient/a', 'RelatedPerson/r', 'Practitioner/x'].map((reference) => ({ target: { reference } }))
  const { patients } = directory({
    'Person?_id=p': [{ resourceType: 'Person', id: 'p', link: links }],
    'RelatedPerson?_id=r&_count=100': [related('r', 'kid')],
    'Patient?_id=a,kid&_count=100': [patient('kid', 'Kid'), patient('a', 'Ruiz')],
  })
  const found = await patients(person('proxy', 'Person/p'), base, undefined)
  expect(found.map(({ id, relation }) => [id, relation])).toEqual([
    ['a', 'self'],
    ['kid', 'proxy'],
  ])
})

test('CX-12 staff search by name; the words go into the query as text', async () => {
  const { patients, asked } = directory({})
  await patients(person('practitioner', 'Practitioner/p'), base, 'Ruiz&_count=999')
  expect(asked[0]?.url).toBe('http://upstream.example/fhir/Patient?_count=20&_sort=family&name=Ruiz%26_count%3D999')
})

test.each(['a/../b', 'a,b', 'a&x=1', '', 'x'.repeat(65)])('THR-22 %j is no id and is never asked for', async (id) => {
  const { relation, encounters, asked } = directory({})
  expect(await relation(person('practitioner', 'Practitioner/p'), base, id)).toBeUndefined()
  expect(await encounters(person('practitioner', 'Practitioner/p'), base, id)).toEqual([])
  expect(asked).toEqual([])
})

test('an upstream that fails gives nobody anything', async () => {
  const { patients } = directory({ 'Patient?_id=a&_count=100': new Error('down') })
  expect(await patients(person('patient', 'Patient/a'), base, undefined)).toEqual([])
  expect(await patients(person('patient', 'Patient/a'), 'https://other.example', undefined)).toEqual([])
})
