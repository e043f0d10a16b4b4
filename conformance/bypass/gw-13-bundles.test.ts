import { expect } from 'vitest'
import { everyWay } from './ways.ts'

const get = (url: string) => ({ request: { method: 'GET', url } })
const put = (id: string, patient: string) => ({
  resource: { resourceType: 'Observation', id, status: 'final', subject: { reference: `Patient/${patient}` } },
  request: { method: 'PUT', url: `Observation/${id}` },
})
const create = (subject: string, more: object = {}) => ({
  fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
  resource: { resourceType: 'Observation', status: 'final', subject: { reference: subject }, ...more },
  request: { method: 'POST', url: 'Observation' },
})
const bundle = (type: string, ...entry: readonly object[]) => ({ resourceType: 'Bundle', type, entry })

everyWay('GW-13: bundles', [
  {
    request: 'POST /',
    body: bundle(
      'batch',
      get('Observation/lab-of-A'),
      get('Observation/lab-of-B'),
      get('Observation?patient=B'),
      get('Patient/B/Observation'),
    ),
    status: [200],
    check: ({ body }) =>
      expect(
        (body.entry as readonly { response: { status: string } }[]).map(({ response }) => response.status),
      ).toEqual(['200', '404', '403', '403']),
  },
  { request: 'POST /', body: bundle('transaction', put('lab-of-A', 'A'), put('lab-of-B', 'A')), status: [404] },
  { request: 'POST /', body: bundle('transaction', put('lab-of-A', 'A'), put('lab-of-A', 'B')), status: [403] },
  { request: 'POST /', body: bundle('transaction', create('Patient/A'), get('Patient/B')), status: [404] },
  { request: 'POST /', body: bundle('transaction', create('Patient?name=Bravo')), status: [412] },
  {
    request: 'POST /',
    body: bundle('transaction', create('Patient/A', { encounter: { reference: 'Encounter?identifier=x' } })),
    status: [412],
  },
  {
    request: 'POST /',
    body: bundle('transaction', create('urn:uuid:22222222-2222-4222-8222-222222222222')),
    status: [403],
  },
  {
    request: 'POST /',
    body: bundle(
      'transaction',
      {
        fullUrl: 'urn:uuid:33333333-3333-4333-8333-333333333333',
        resource: { resourceType: 'Patient', name: [{ family: 'Bravo' }] },
        request: { method: 'POST', url: 'Patient', ifNoneExist: 'name=Bravo' },
      },
      create('urn:uuid:33333333-3333-4333-8333-333333333333'),
    ),
    status: [403],
  },
  {
    request: 'POST /',
    body: bundle('batch', { resource: bundle('batch', get('Patient/B')), request: { method: 'POST', url: '' } }),
    status: [200],
  },
  {
    request: 'POST /',
    body: bundle('batch', { resource: bundle('batch', get('Patient/B')), request: { method: 'POST', url: '/' } }),
    status: [200],
  },
  {
    request: 'POST /',
    body: bundle(
      'batch',
      get('http://upstream.test/fhir/Patient/B'),
      get('http://other.test/fhir/Patient/B'),
      get('//Patient/B'),
    ),
    status: [200],
  },
  { request: 'POST /', body: bundle('transaction', get('Patient/A/$everything')), status: [403] },
  { request: 'POST /', body: bundle('transaction', get('Appointment')), status: [403] },
  { request: 'POST /', body: bundle('message', get('Patient/B')), status: [400] },
  {
    request: 'POST /',
    body: bundle('transaction', ...Array.from({ length: 501 }, () => get('Patient/A'))),
    status: [413],
  },
])
