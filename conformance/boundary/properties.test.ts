import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Fixture, idsOf, openFixture } from '../../packages/gateway/test/fixture.ts'
import { encode, type Pair } from './searches.ts'
import { aboutTypes, own, universe } from './universe.ts'
import { openHonest } from './upstreams.ts'

let fixture: Fixture
beforeAll(async () => {
  const { send } = await openHonest(universe)
  const limits = { perClientPerMinute: 1_000_000, perPatientPerMinute: 1_000_000 }
  fixture = openFixture({ env: { upstream: send, audit: async () => {} }, config: (input) => ({ ...input, limits }) })
})

const type = fc.oneof(
  fc.constantFrom('Observation', 'Condition', 'Coverage', 'Patient'),
  fc.constantFrom(...aboutTypes),
)

const criteria = fc.array(
  fc.constantFrom<Pair>(
    ['_tag', 'urn:codes|both'],
    ['_tag', 'only-pa'],
    ['_tag', 'only-pb'],
    ['_lastUpdated', 'ge2026-01-01'],
    ['_lastUpdated', 'lt2026-01-01'],
    ['patient', 'Patient/pa'],
  ),
  { maxLength: 2 },
)

/** The ids a search finds; `undefined` when it is refused. */
const found = async (path: string, scope: string, claims = {}): Promise<readonly string[] | undefined> => {
  const { status, body, text } = await fixture.get(path, { patient: own, scope, ...claims })
  expect(status, text).toBeLessThan(500)
  return status === 200 ? idsOf(body) : undefined
}

test('GW-21, SC-18: a narrowed search loses nothing: it gives what the whole search gives and A may read', async () => {
  await fc.assert(
    fc.asyncProperty(type, criteria, async (of, pairs) => {
      const path = `/${of}?${encode([...pairs, ['_count', '200']])}`
      const narrowed = await found(path, `patient/${of}.rs`)
      const whole = await found(path, `system/${of}.rs`, { patient: undefined })
      if (narrowed === undefined || whole === undefined) return
      const readable = await Promise.all(
        whole.map(async (key) => (await fixture.get(`/${key}`, { patient: own, scope: `patient/${of}.rs` })).status),
      )
      expect(narrowed).toEqual(whole.filter((_key, index) => readable[index] === 200))
    }),
    { numRuns: 150, seed: 17 },
  )
})

const scope = fc
  .tuple(
    fc.constantFrom('*', 'Observation', 'Observation', 'Condition'),
    fc.constantFrom('.rs', '.s', '.read', '.cruds'),
    fc.constantFrom('', '', '?_tag=urn:codes|both', '?_tag=only-pa', '?_tag=only-pb', '?_tag:not=x'),
  )
  .map(([of, what, query]) => `patient/${of}${what}${query}`)

test('SC-12, GW-24: taking a scope away never adds an entry; the order of scopes changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(scope, { minLength: 2, maxLength: 4 }), fc.nat(3), async (scopes, left) => {
      const path = '/Observation?_count=200'
      const all = await found(path, scopes.join(' '))
      const fewer = await found(path, scopes.filter((_each, index) => index !== left % scopes.length).join(' '))
      expect(await found(path, scopes.toReversed().join(' '))).toEqual(all)
      for (const key of fewer ?? []) expect(all).toContain(key)
    }),
    { numRuns: 150, seed: 17 },
  )
})

test('GW-08: what is authorized is what is sent: a search asked for by its own self link gives the same', async () => {
  await fc.assert(
    fc.asyncProperty(type, criteria, async (of, pairs) => {
      const asked = await fixture.get(`/${of}?${encode(pairs)}`, { patient: own, scope: 'patient/*.rs' })
      if (asked.status !== 200) return
      const [self] = (asked.body.link ?? []) as readonly { readonly relation: string; readonly url: string }[]
      expect(self?.relation).toBe('self')
      const again = await fixture.get(String(self?.url).replace(/^.*\/fhir/, ''), {
        patient: own,
        scope: 'patient/*.rs',
      })
      expect(again.body).toEqual(asked.body)
    }),
    { numRuns: 150, seed: 17 },
  )
})
