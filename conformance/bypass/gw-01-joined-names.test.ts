import { everyWay } from './ways.ts'

everyWay('GW-01: joined parameter names', [
  { request: 'GET /Observation?_include:iterate=*', status: [403] },
  { request: 'GET /Observation?_include=*', status: [403] },
  { request: 'GET /Observation?_include:recurse=Observation:subject', status: [403] },
  { request: 'GET /Patient?_revinclude:iterate=Observation:patient', status: [200] },
  { request: 'GET /Observation?_has:Observation:patient:code=x', status: [403] },
  { request: 'GET /Patient?_has:Observation:patient:code=x', status: [403] },
  { request: 'GET /Observation?_include:Patient=Observation:subject', status: [403] },
])
