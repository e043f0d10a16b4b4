import { everyWay } from './ways.ts'

const json = { 'content-type': 'application/json-patch+json' }
const subject = (patient: string) => [{ op: 'replace', path: '/subject/reference', value: `Patient/${patient}` }]

everyWay('GW-15: patch moves a record', [
  { request: 'PATCH /Observation/lab-of-A', body: subject('B'), headers: json, status: [403] },
  { request: 'PATCH /Observation/lab-of-B', body: subject('A'), headers: json, status: [404] },
  { request: 'PATCH /Observation/nothing', body: subject('A'), headers: json, status: [404] },
  {
    request: 'PATCH /Observation/lab-of-A',
    body: [{ op: 'replace', path: '/id', value: 'lab-of-B' }],
    headers: json,
    status: [403],
  },
  {
    request: 'PATCH /Observation/lab-of-A',
    body: [{ op: 'replace', path: '', value: { resourceType: 'Patient', id: 'B' } }],
    headers: json,
    status: [403],
  },
  {
    request: 'PATCH /Observation/lab-of-A',
    body: [{ op: 'copy', from: '/encounter', path: '/__proto__' }],
    headers: json,
    status: [422],
  },
  { request: 'PATCH /Observation/lab-of-A', body: { resourceType: 'Parameters', parameter: [] }, status: [415] },
  {
    request: 'PATCH /Observation/lab-of-A',
    body: { subject: { reference: 'Patient/B' } },
    headers: { 'content-type': 'application/merge-patch+json' },
    status: [415],
  },
  {
    request: 'PATCH /Observation/lab-of-A',
    body: '<diff/>',
    headers: { 'content-type': 'application/xml-patch+xml' },
    status: [415],
  },
])
