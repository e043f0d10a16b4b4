import { expect } from 'vitest'
import { idsOf } from '../../packages/gateway/test/fixture.ts'
import { categories } from './scene.ts'
import { everyWay } from './ways.ts'

const scope = `patient/Observation.rs?category=${categories}|laboratory`

everyWay('GW-09: a value OR-ed with the injected one', [
  { request: 'GET /Observation?_tag=x,y', status: [200] },
  {
    request: `GET /Observation?category=${categories}|vital-signs,${categories}|laboratory`,
    claims: { scope },
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Observation/lab-of-A']),
  },
  {
    request: `GET /Observation?category=${categories}|vital-signs`,
    claims: { scope },
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual([]),
  },
  { request: 'GET /Observation?code=x\\,patient=B', status: [200] },
])
