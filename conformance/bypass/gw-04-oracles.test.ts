import { everyWay } from './ways.ts'

everyWay('GW-04: chain and _has as oracle', [
  { request: 'GET /Observation?subject:Patient.name=Bravo', status: [403] },
  { request: 'GET /Observation?subject:Patient.name=Nobody', status: [403] },
  { request: 'GET /Observation?patient.birthdate=1980-01-01', status: [403] },
  { request: 'GET /Observation?encounter.date=2026', status: [403] },
  { request: 'GET /Organization?_has:Patient:organization:name=Bravo', status: [403] },
  { request: 'GET /Patient?link.name=Bravo', status: [403] },
  { request: 'GET /Observation?performer:Practitioner.name=Doe', status: [200] },
  { request: 'GET /PractitionerRole?practitioner.name=Doe', status: [200] },
  { request: 'GET /Observation?performer.name=Doe', status: [403] },
])
