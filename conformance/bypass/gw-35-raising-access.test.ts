import { everyWay } from './ways.ts'

const mine = { subject: { reference: 'Patient/A' }, patient: { reference: 'Patient/A' } }

everyWay('GW-35: raising one’s own access', [
  {
    request: 'POST /List',
    body: { resourceType: 'List', ...mine, entry: [{ item: { reference: 'Observation/lab-of-B' } }] },
    status: [403],
  },
  {
    request: 'POST /Group',
    body: { resourceType: 'Group', member: [{ entity: { reference: 'Patient/A' } }] },
    status: [403],
  },
  {
    request: 'PUT /Group/Group-of-A',
    body: { resourceType: 'Group', id: 'Group-of-A', member: [{ entity: { reference: 'Patient/A' } }] },
    status: [403],
  },
  { request: 'POST /Consent', body: { resourceType: 'Consent', ...mine }, status: [403] },
  {
    request: 'PUT /Consent/Consent-of-A',
    body: { resourceType: 'Consent', id: 'Consent-of-A', ...mine },
    status: [403],
  },
  { request: 'DELETE /Consent/Consent-of-A', status: [403] },
  { request: 'POST /Patient', body: { resourceType: 'Patient' }, status: [403] },
  {
    request: 'POST /Provenance',
    body: { resourceType: 'Provenance', target: [{ reference: 'Patient/A' }] },
    status: [403],
  },
  { request: 'POST /Practitioner', body: { resourceType: 'Practitioner' }, status: [403] },
  {
    request: 'POST /Binary',
    body: { resourceType: 'Binary', securityContext: { reference: 'Patient/A' } },
    status: [403],
  },
])
