import { everyWay } from './ways.ts'

const observation = (more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  subject: { reference: 'Patient/A' },
  ...more,
})

everyWay('GW-14: conditional forms', [
  {
    request: 'POST /Observation',
    body: observation(),
    headers: { 'if-none-exist': '_id=lab-of-B' },
    status: [201],
    hostile: [412],
  },
  { request: 'POST /Observation', body: observation(), headers: { 'if-none-exist': 'patient=B' }, status: [403] },
  { request: 'POST /Observation', body: observation(), headers: { 'if-none-exist': 'status=final' }, status: [412] },
  { request: 'PUT /Observation?_id=lab-of-B', body: observation(), status: [201], hostile: [412] },
  { request: 'PUT /Observation?_id=lab-of-B', body: observation({ id: 'lab-of-B' }), status: [400], hostile: [412] },
  { request: 'PUT /Observation?status=final', body: observation(), status: [412] },
  { request: 'PUT /Observation?_id=lab-of-A', body: observation({ id: 'lab-of-B' }), status: [400], hostile: [412] },
  { request: 'DELETE /Observation?_id=lab-of-B', status: [404], hostile: [412] },
  { request: 'DELETE /Observation?_id=nothing', status: [404], hostile: [412] },
  { request: 'DELETE /Observation?status=final', status: [412] },
  { request: 'DELETE /Observation?_id=lab-of-A&_cascade=delete', status: [403] },
  { request: 'DELETE /Observation/lab-of-A?_cascade=delete', status: [403] },
  { request: 'DELETE /Observation', status: [400] },
  {
    request: 'PATCH /Observation?_id=lab-of-B',
    body: [{ op: 'replace', path: '/status', value: 'amended' }],
    headers: { 'content-type': 'application/json-patch+json' },
    status: [404],
    hostile: [412],
  },
])
