import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifiedTypes } from '../../packages/gateway/src/fhir/type-classes.ts'
import { openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { canary, scene } from './scene.ts'

const ids = scene.map(({ resourceType, id }) => [resourceType, String(id)] as const)

test('GW-37, THR-22: guessing ids with one patient’s token gives only that patient’s, ever', async () => {
  const { get } = openFixture({ upstream: honestUpstream(scene) })
  const anId = fc.oneof(fc.constantFrom(...ids.map(([, id]) => id)), fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...classifiedTypes()), anId, async (type, id) => {
      const reply = await get(`/${type}/${id}`)
      expect(reply.text).not.toContain(canary('B'))
      expect([200, 400, 403, 404]).toContain(reply.status)
    }),
    { numRuns: 1000 },
  )
})
