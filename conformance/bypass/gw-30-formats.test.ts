import { everyWay } from './ways.ts'

everyWay('GW-30: format switch', [
  { request: 'GET /Observation/lab-of-A?_format=xml', status: [406] },
  { request: 'GET /Observation?_format=application/fhir%2Bxml', status: [406] },
  { request: 'GET /Observation', headers: { accept: 'text/turtle' }, status: [406] },
  { request: 'GET /Observation', headers: { accept: 'application/x-ndjson' }, status: [406] },
  { request: 'GET /Observation', headers: { accept: 'application/fhir+xml' }, status: [406] },
  { request: 'GET /Observation?_outputFormat=application/fhir%2Bndjson', status: [406] },
  { request: 'GET /Observation/lab-of-A?_format=json&_pretty=true', status: [200] },
  { request: 'GET /Observation/lab-of-A', headers: { accept: 'application/json;q=0.9, text/html' }, status: [200] },
  {
    request: 'POST /Observation',
    body: '<Observation/>',
    headers: { 'content-type': 'application/fhir+xml' },
    status: [415],
  },
])
