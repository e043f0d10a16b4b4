import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatParameters, parseParameters } from '../src/fhir/parameters.ts'
import { applyJsonPatch } from '../src/fhir/patch.ts'
import { parsePathBelow } from '../src/fhir/request-path.ts'
import { seal, unseal } from '../src/links.ts'
import { idsOf, openFixture } from './fixture.ts'

const keys = [{ id: 'k', key: Buffer.alloc(32, 1).toString('base64url') }]
const random = (bytes: number) => Buffer.alloc(bytes, 3)

test('GW-08: parameters read back as they were written: what is authorised is what is sent', () => {
  const text = fc.stringMatching(/^[ -~¡-ɏ]{1,20}$/)
  const parameter = fc.record({ name: text, value: text })
  fc.assert(
    fc.property(fc.array(parameter, { maxLength: 20 }), (parameters) => {
      expect(parseParameters(formatParameters(parameters), 1e6)).toEqual(parameters)
    }),
  )
})

test('GW-08: any path is read without throwing, and none leads out of its base', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      const read = parsePathBelow(`/${path}`)
      if ('id' in read && read.id !== undefined) expect(read.id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/)
    }),
  )
})

test('GW-25: a sealed link opens only whole, with its key and for its purpose', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()), fc.nat(), (value, at) => {
      const sealed = seal('page', value, { keys, random })
      expect(unseal('page', sealed, keys)).toEqual(value)
      expect(unseal('bulk', sealed, keys)).toBeUndefined()
      const place = 2 + (at % (sealed.length - 3))
      const flipped = sealed.slice(0, place) + (sealed[place] === 'A' ? 'B' : 'A') + sealed.slice(place + 1)
      if (Buffer.from(flipped.slice(2), 'base64url').compare(Buffer.from(sealed.slice(2), 'base64url')) !== 0)
        expect(unseal('page', flipped, keys)).toBeUndefined()
    }),
  )
})

test('GW-15: a patch never changes the version it was applied to, and reaches no prototype', () => {
  const pointer = fc.constantFrom('/a', '/a/0', '/a/-', '/b/c', '', '/__proto__/x', '/b', '/a/5')
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: pointer,
    from: pointer,
    value: fc.jsonValue(),
  })
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 5 }), (operations) => {
      const resource = { resourceType: 'Basic', a: [1, { x: 2 }], b: { c: 'd' } }
      const before = JSON.stringify(resource)
      applyJsonPatch(resource, operations)
      expect(JSON.stringify(resource)).toBe(before)
      expect(({} as Record<string, unknown>).x).toBeUndefined()
    }),
  )
})

const observation = (id: number, patient: string, status: string) => ({
  resourceType: 'Observation',
  id: `o${id}`,
  status,
  subject: { reference: `Patient/${patient}` },
})
const records = fc
  .array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('final', 'amended')), { maxLength: 12 })
  .map((all) => all.map(([patient, status], at) => observation(at, patient, status)))
const scopes = [
  'patient/Observation.rs?status=final',
  'patient/Observation.rs?status=amended',
  'patient/Observation.rs',
  'patient/Condition.rs',
]

test('SC-12, SC-15: narrowing never loses and never adds: a search finds what is the patient’s and matches a scope', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.subarray(scopes, { minLength: 1 }), async (resources, granted) => {
      const { get } = openFixture({ resources })
      const reply = await get('/Observation', { scope: granted.join(' ') })
      const matching = resources.filter(
        ({ subject, status }) =>
          subject.reference === 'Patient/A' &&
          granted.some((scope) => scope.endsWith('Observation.rs') || scope.endsWith(`=${status}`)),
      )
      if (granted.every((scope) => !scope.includes('Observation'))) expect(reply.status).toBe(403)
      else expect(idsOf(reply.body)).toEqual(matching.map(({ id }) => `Observation/${id}`).sort())
    }),
    { numRuns: 60 },
  )
})

test('SC-12: removing a scope never adds an entry, and the order of scopes changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.shuffledSubarray(scopes, { minLength: 2 }), async (resources, granted) => {
      const { get } = openFixture({ resources })
      const all = idsOf((await get('/Observation', { scope: granted.join(' ') })).body)
      const fewer = idsOf((await get('/Observation', { scope: granted.slice(1).join(' ') })).body)
      expect(fewer.every((id) => all.includes(id))).toBe(true)
      expect(idsOf((await get('/Observation', { scope: granted.toReversed().join(' ') })).body)).toEqual(all)
    }),
    { numRuns: 40 },
  )
})
