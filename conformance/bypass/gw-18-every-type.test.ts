import { describe, expect, test } from 'vitest'
import { classifiedTypes, classOf } from '../../packages/gateway/src/fhir/type-classes.ts'
import { idsOf, openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { hostileUpstream } from '../../packages/gateway/test/upstream/hostile.ts'
import { canary, foreign, recordOf, scene } from './scene.ts'

/** A record of every type for B, also of the types that belong to nobody: whatever names B must not be given. */
const ofB = classifiedTypes().map((type) => ({
  ...recordOf(type, 'B'),
  id: type === 'Patient' ? 'B' : `every-${type}`,
  extension: [{ url: 'http://example.org/of', valueReference: { reference: 'Patient/B' } }],
}))
const upstreams = {
  honest: () => honestUpstream([...scene, ...ofB]),
  hostile: () => hostileUpstream([...scene, ...ofB], { foreign }),
}

describe.each(['honest', 'hostile'] as const)(
  'GW-18, THR-22, THR-23: types outside or forgotten, %s upstream',
  (kind) => {
    const { get, logged } = openFixture({ upstream: upstreams[kind]() })

    test.each(classifiedTypes())('%s: a read of another’s record', async (type) => {
      const id = type === 'Patient' ? 'B' : `every-${type}`
      const reply = await get(`/${type}/${id}`)
      expect([403, 404]).toContain(reply.status)
      expect(reply.text).not.toContain(canary('B'))
    })

    test.each(classifiedTypes())('%s: a search gives nothing of another’s', async (type) => {
      const reply = await get(`/${type}`)
      expect(kind === 'honest' ? [200, 403] : [200, 403, 502]).toContain(reply.status)
      expect(reply.status === 403).toBe(classOf(type) === 'withheld' || type === 'Binary')
      expect(reply.text).not.toContain(canary('B'))
      expect(idsOf(reply.body).filter((id) => id.endsWith('-of-B') || id.includes('every-'))).toEqual([])
      expect(logged.filter(({ event }) => event === 'request.fault')).toEqual([])
    })
  },
)

test('GW-18: one’s own record of every type of class about can be read and found', async () => {
  const { get } = openFixture({ upstream: honestUpstream(scene) })
  for (const type of classifiedTypes().filter((each) => classOf(each) === 'about')) {
    const id = type === 'Patient' ? 'A' : `${type}-of-A`
    expect((await get(`/${type}/${id}`)).status, type).toBe(200)
    expect(idsOf((await get(`/${type}`)).body), type).toContain(`${type}/${id}`)
  }
})
