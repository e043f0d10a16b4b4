import { expect } from 'vitest'
import { everyWay } from './ways.ts'

everyWay('GW-12: history', [
  { request: 'GET /Patient/A/_history', status: [200] },
  { request: 'GET /Patient/B/_history', status: [404] },
  { request: 'GET /Patient/_history', status: [403] },
  { request: 'GET /_history', status: [403] },
  {
    request: 'GET /Observation/moved/_history',
    status: [200],
    check: ({ body }) => {
      expect(body.total).toBeUndefined()
      expect(body.entry).toHaveLength(1)
    },
  },
  { request: 'GET /Observation/moved/_history/1', status: [404] },
  { request: 'GET /Observation/moved/_history/2', status: [200] },
  { request: 'GET /Observation/Observation-of-B/_history', status: [404] },
  { request: 'GET /Observation/Observation-of-B/_history/1', status: [404] },
  { request: 'GET /Observation/moved/_history?_at=2020&subject=Patient/B', status: [400] },
])
