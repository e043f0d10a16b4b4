import { everyWay } from './ways.ts'

const body = (resourceType: string, more: object) => ({ resourceType, status: 'final', ...more })
const mine = { subject: { reference: 'Patient/A' } }
const b = { reference: 'Patient/B' }

everyWay('GW-16: several patient references, one of them mine', [
  { request: 'POST /Communication', body: body('Communication', { ...mine, recipient: [b] }), status: [403] },
  {
    request: 'POST /Appointment',
    body: body('Appointment', { participant: [{ actor: { reference: 'Patient/A' } }, { actor: b }] }),
    status: [403],
  },
  { request: 'POST /Observation', body: body('Observation', { ...mine, performer: [b] }), status: [403] },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, extension: [{ url: 'http://x.test', valueReference: b }] }),
    status: [403],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, contained: [{ resourceType: 'Observation', subject: b }] }),
    status: [403],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'http://gateway.test/fhir/Patient/B' }] }),
    status: [403],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'http://upstream.test/fhir/Patient/B' }] }),
    status: [403],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'https://other.test/Patient/B' }] }),
    status: [403],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ type: 'Patient', identifier: { value: '1' } }] }),
    status: [403],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'Observation/lab-of-B' }] }),
    status: [422],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'Observation/nothing' }] }),
    status: [422],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: '/Observation/lab-of-B' }] }),
    status: [422],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'Observation/x/../lab-of-B' }] }),
    status: [422],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, focus: [{ reference: 'HTTP://UPSTREAM.TEST/fhir/Observation/lab-of-B' }] }),
    status: [422],
  },
  {
    request: 'POST /DocumentReference',
    body: body('DocumentReference', { ...mine, content: [{ attachment: { url: 'Binary/content-of-B' } }] }),
    status: [422],
  },
  {
    request: 'POST /DocumentReference',
    body: body('DocumentReference', { ...mine, content: [{ attachment: { url: 'Binary/nothing' } }] }),
    status: [422],
  },
  {
    request: 'POST /DocumentReference',
    body: body('DocumentReference', { ...mine, content: [{ attachment: { url: 'Binary/content-of-A' } }] }),
    status: [201],
  },
  {
    request: 'POST /Observation',
    body: body('Observation', { ...mine, encounter: { reference: 'Encounter/Encounter-of-A' } }),
    status: [201],
  },
])
