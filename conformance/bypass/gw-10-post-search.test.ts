import { expect } from 'vitest'
import { idsOf } from '../../packages/gateway/test/fixture.ts'
import { everyWay } from './ways.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

everyWay('GW-10: POST _search', [
  { request: 'POST /Observation/_search', body: 'patient=B', headers: form, status: [403] },
  { request: 'POST /Observation/_search?patient=B', body: '', headers: form, status: [403] },
  { request: 'POST /Observation/_search?patient=A', body: 'patient=B', headers: form, status: [400] },
  { request: 'POST /Observation/_search', body: 'patient=A', headers: { 'content-type': 'text/plain' }, status: [415] },
  {
    request: 'POST /Observation/_search',
    body: '{"patient":"B"}',
    headers: { 'content-type': 'application/json' },
    status: [415],
  },
  {
    request: 'POST /Condition/_search',
    body: '',
    headers: form,
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Condition/Condition-of-A']),
  },
  { request: 'POST /Patient/B/Observation/_search', body: '', headers: form, status: [403] },
  { request: 'POST /Observation/_search', body: 'access_token=x', headers: form, status: [400] },
])
