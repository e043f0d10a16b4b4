import { expect } from 'vitest'
import { everyWay } from './ways.ts'

everyWay('GW-05: counting and ordering', [
  {
    request: 'GET /Condition?_summary=count',
    status: [200],
    hostile: [400],
    check: ({ body }) => expect(body.total).toBe(1),
  },
  { request: 'GET /Appointment?_summary=count', status: [400] },
  { request: 'GET /Appointment?_count=0', status: [400] },
  {
    request: 'GET /Appointment?_total=accurate',
    status: [200],
    check: ({ body }) => expect(body.total).toBeUndefined(),
  },
  { request: 'GET /Practitioner?_summary=count', status: [400] },
  {
    request: 'GET /Practitioner?_total=accurate',
    status: [200],
    check: ({ body }) => expect(body.total).toBeUndefined(),
  },
  { request: 'GET /Observation?_sort=subject.name', status: [400] },
  { request: 'GET /Observation?_elements=id', status: [200], check: ({ text }) => expect(text).toContain('SUBSETTED') },
  { request: 'GET /Observation?_filter=subject eq Patient/B', status: [403] },
  {
    request: 'GET /Observation?_total=accurate',
    claims: {
      scope: 'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
    },
    status: [200],
    check: ({ body }) => expect(body.total).toBe(1),
  },
])
