import { expect } from 'vitest'
import { idsOf } from '../../packages/gateway/test/fixture.ts'
import { everyWay } from './ways.ts'

const scope = 'patient/Patient.rs patient/Observation.rs'

everyWay('GW-02: guard skipped for Patient', [
  {
    request: 'GET /Patient?_id=A&_revinclude=Observation:patient',
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toContain('Observation/lab-of-A'),
  },
  {
    request: 'GET /Patient?_include=Patient:link',
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Patient/A']),
  },
  {
    request: 'POST /',
    body: {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { request: { method: 'GET', url: 'Patient?_id=A&_revinclude=Observation:patient' } },
        { request: { method: 'GET', url: 'Patient/B' } },
      ],
    },
    status: [200],
    check: ({ text }) => expect(text).toContain('"status":"404"'),
  },
  {
    request: 'GET /Patient?_id=A&_revinclude=Condition:patient',
    claims: { scope },
    status: [200],
    check: ({ body, text }) => {
      expect(idsOf(body)).toEqual(['Patient/A'])
      expect(text).toContain('suppressed')
    },
  },
  {
    request: 'GET /Patient?_id=A&_revinclude=Condition:patient',
    claims: { scope },
    headers: { prefer: 'handling=strict' },
    status: [403],
  },
])
