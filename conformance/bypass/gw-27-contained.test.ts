import { everyWay } from './ways.ts'

everyWay('GW-27: contained and wrapped', [
  { request: 'GET /Observation?_contained=true', status: [403] },
  { request: 'GET /Observation?_containedType=container', status: [403] },
  { request: 'GET /Observation/packed-of-B', status: [404] },
  { request: 'GET /Observation?_id=packed-of-B', status: [200] },
  { request: 'POST /Bundle', body: { resourceType: 'Bundle', type: 'collection', entry: [] }, status: [403] },
  {
    request: 'POST /ValueSet/$expand',
    body: {
      resourceType: 'Parameters',
      parameter: [{ name: 'valueSet', resource: { resourceType: 'Patient', id: 'B' } }],
    },
    status: [400],
  },
])
