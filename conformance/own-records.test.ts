import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { isObject, type Json, listOf, type Resource, textAt } from '../packages/gateway/src/fhir/json.ts'
import { type Fixture, fhirUrl, openFixture } from '../packages/gateway/test/fixture.ts'
import { generateRecords } from '../sandbox/patients/generate.ts'
import { linksIn } from './boundary/judge.ts'
import { openMedplum } from './boundary/upstreams.ts'

/**
 * The generated hospital through the gateway: each of its patients gets all of their own records and nothing of anybody
 * else's. Whose a record is, is read here from the generated data, not by the gateway's rules.
 */
const records: readonly Resource[] = generateRecords().map((record) => ({ ...record }))
const keyOf = ({ resourceType, id }: Json): string => `${resourceType}/${id}`
const byKey = new Map(records.map((record) => [keyOf(record), record]))

const referenceAt = (record: Json, name: string): string | undefined =>
  listOf(record[name])
    .map((value) => textAt(value, 'reference'))
    .find((reference) => reference !== undefined)

/** The patient a record is about; `undefined` when it is nobody's. */
const ownerOf = (record: Resource): string | undefined => {
  if (record.resourceType === 'Patient') return String(record.id)
  if (record.resourceType === 'Provenance') {
    const target = byKey.get(referenceAt(record, 'target') ?? '')
    return target === undefined ? undefined : ownerOf(target)
  }
  const names = ['subject', 'patient', 'beneficiary', 'securityContext']
  const reference = names.map((name) => referenceAt(record, name)).find((each) => each !== undefined)
  const named = byKey.get(reference ?? '')
  if (named !== undefined && named.resourceType !== 'Patient') return ownerOf(named)
  return reference?.startsWith('Patient/') ? reference.slice('Patient/'.length) : undefined
}

const owners = new Map(records.map((record) => [keyOf(record), ownerOf(record)]))
const patients = records.filter(({ resourceType }) => resourceType === 'Patient').map(({ id }) => String(id))
const types = [...new Set(records.map(({ resourceType }) => resourceType))]
const owned = records.filter((record) => owners.get(keyOf(record)) !== undefined)

let fixture: Fixture
beforeAll(async () => {
  const { send } = await openMedplum({ visible: records, hidden: [], later: [] })
  fixture = openFixture({
    env: { upstream: send, audit: async () => {} },
    config: (input) => ({ ...input, limits: { perClientPerMinute: 1_000_000, perPatientPerMinute: 1_000_000 } }),
  })
})

/** Everything a search gives, page by page. */
const findAll = async (query: string, patient: string): Promise<readonly string[]> => {
  const found: string[] = []
  let path: string | undefined = `/${query}_count=200`
  while (path !== undefined) {
    const reply = await fixture.get(path, { patient, scope: 'patient/*.rs' })
    expect(reply.status, `${path} of ${patient}: ${reply.text.slice(0, 300)}`).toBe(200)
    const entries = listOf(reply.body.entry).filter(isObject)
    found.push(...entries.flatMap(({ resource }) => (isObject(resource) ? [keyOf(resource)] : [])))
    path = linksIn(reply.text, fhirUrl).get('next')
  }
  return found.toSorted()
}

/** Provenance is searched by its targets (R4's `patient` names only those of the Patient itself); a Binary is only read. */
const searched = types.filter((type) => type !== 'Binary' && type !== 'Provenance')

test.each(searched)(
  'SC-18, GW-37: a token for patient A gets by search of %s all that is A’s and nothing of patient B, for every patient',
  async (type) => {
    const ofType = records.filter(({ resourceType }) => resourceType === type).map(keyOf)
    const isShared = ofType.every((key) => owners.get(key) === undefined)
    const asked = isShared ? patients.slice(0, 2) : patients
    for (const patient of asked) {
      const expected = ofType.filter((key) => isShared || owners.get(key) === patient)
      expect(await findAll(`${type}?`, patient), `${type} of ${patient}`).toEqual(expected.toSorted())
    }
  },
)

test('SC-18, GW-03: Provenance comes with what it is about, all that is A’s and nothing of patient B, for every patient', async () => {
  const about = (type: string, patient: string) =>
    owned.filter((record) => {
      const isAbout = record.resourceType === 'Provenance' && referenceAt(record, 'target')?.startsWith(`${type}/`)
      return isAbout && owners.get(keyOf(record)) === patient
    })
  for (const patient of patients)
    for (const type of ['Patient', 'Encounter', 'Coverage', 'Goal']) {
      const found = await findAll(`${type}?_revinclude=Provenance:target&`, patient)
      const provenance = found.filter((key) => key.startsWith('Provenance/'))
      expect(provenance, `${type} of ${patient}`).toEqual(about(type, patient).map(keyOf).toSorted())
    }
})

test('SC-18, GW-37: a token for patient A gets nothing of patient B by id in any type; B with their own token does', async () => {
  const ofEachType = types.flatMap((type) => {
    const of = owned.filter(({ resourceType }) => resourceType === type)
    return of.length === 0 ? [] : [fc.constantFrom(...of)]
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(...ofEachType), fc.constantFrom(...patients), async (record, patient) => {
      const owner = owners.get(keyOf(record))
      const ways = [`/${keyOf(record)}`, `/${keyOf(record)}/_history`, `/${record.resourceType}?_id=${record.id}`]
      const as = (who: string | undefined) => ({ patient: who, scope: 'patient/*.rs' })
      const [mine] = await Promise.all([fixture.get(`/${keyOf(record)}`, as(owner))])
      expect(mine.status, keyOf(record)).toBe(200)
      if (patient === owner) return
      for (const way of ways) {
        const { status, text, body } = await fixture.get(way, as(patient))
        const isEmpty = status === 404 || status === 403 || (status === 200 && body.entry === undefined)
        expect(isEmpty, `${way} as ${patient}: ${status} ${text.slice(0, 300)}`).toBe(true)
      }
    }),
    { numRuns: 600, seed: 7 },
  )
})
