import { everyWay, type Way } from './ways.ts'

const observation = (id: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  subject: { reference: 'Patient/A' },
})
const patch = {
  body: [{ op: 'add', path: '/status', value: 'final' }],
  headers: { 'content-type': 'application/json-patch+json' },
}

const onEach = (id: string): readonly Way[] => [
  { request: `PUT /Observation/${id}`, body: observation(id), status: [404] },
  { request: `PATCH /Observation/${id}`, ...patch, status: [404] },
  { request: `DELETE /Observation/${id}`, status: [404] },
]

everyWay('GW-17: unchecked writes', [
  ...onEach('Observation-of-B'),
  ...onEach('free-id'),
  { request: 'DELETE /Patient/A', status: [403] },
  { request: 'DELETE /Patient/B', status: [403] },
  { request: 'PUT /Patient/B', body: { resourceType: 'Patient', id: 'B' }, status: [403] },
  { request: 'PUT /Patient/A', body: { resourceType: 'Patient', id: 'A' }, status: [403] },
])

const readOnly = { scope: 'patient/Observation.rs' }

everyWay('GW-17: a verb that was not granted', [
  { request: 'POST /Observation', body: { ...observation('x'), id: undefined }, claims: readOnly, status: [403] },
  { request: 'PUT /Observation/lab-of-A', body: observation('lab-of-A'), claims: readOnly, status: [403] },
  { request: 'PATCH /Observation/lab-of-A', ...patch, claims: readOnly, status: [403] },
  { request: 'DELETE /Observation/lab-of-A', claims: readOnly, status: [403] },
])
