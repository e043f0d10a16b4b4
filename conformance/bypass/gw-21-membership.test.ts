import { everyWay } from './ways.ts'

everyWay('GW-21: membership too wide', [
  { request: 'GET /Observation/performed-of-B', status: [404] },
  { request: 'GET /QuestionnaireResponse/form-of-B', status: [404] },
  { request: 'GET /Coverage/card-of-B', status: [404] },
  { request: 'GET /QuestionnaireResponse?author=Patient/A', status: [200] },
  { request: 'GET /Coverage?subscriber=Patient/A', status: [200] },
  { request: 'GET /Observation?performer=Patient/A', status: [200] },
  { request: 'GET /Appointment/joint-of-B', status: [404] },
  { request: 'GET /Group/pair-of-B', status: [404] },
])
