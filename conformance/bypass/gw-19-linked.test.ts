import { everyWay } from './ways.ts'

everyWay('GW-19, SC-20: linked and merged patients', [
  { request: 'GET /Patient/B', status: [404] },
  { request: 'GET /Patient?link=Patient/B', status: [403] },
  { request: 'GET /Person?patient=Patient/B', status: [403] },
  { request: 'GET /Person/Person-of-B', status: [404] },
  { request: 'GET /RelatedPerson/RelatedPerson-of-B', status: [404] },
  { request: 'GET /Observation?patient=B', status: [403] },
])
