/** The FHIR server behind the proxies: a process of its own that answers prepared bytes, so that only the proxy costs. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const patient = 'p1'

const observation = (index: number) => ({
  resourceType: 'Observation',
  id: `o${index}`,
  meta: { versionId: '1', lastUpdated: '2026-10-01T08:00:00.000Z' },
  status: 'final',
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  ],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }], text: 'Body weight' },
  subject: { reference: `Patient/${patient}`, display: 'Ana Example' },
  encounter: { reference: `Encounter/e${index}` },
  effectiveDateTime: '2026-10-01T08:00:00Z',
  issued: '2026-10-01T08:05:00.000Z',
  performer: [{ reference: 'Practitioner/d1', display: 'Dr. Example' }],
  valueQuantity: { value: 60 + index / 10, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  note: [{ text: 'Weighed in the morning, without shoes, on the scale of the ward.' }],
})

const base = process.argv[2] ?? ''

const bundle = {
  resourceType: 'Bundle',
  id: 'search',
  type: 'searchset',
  total: 50,
  link: [{ relation: 'self', url: `${base}/Observation?patient=${patient}` }],
  entry: Array.from({ length: 50 }, (_, index) => ({
    fullUrl: `${base}/Observation/o${index}`,
    resource: observation(index),
    search: { mode: 'match' },
  })),
}

const bodies = [
  ['/Observation?', Buffer.from(JSON.stringify(bundle))],
  ['/Observation/', Buffer.from(JSON.stringify(observation(1)))],
  ['/Patient/', Buffer.from(JSON.stringify({ resourceType: 'Patient', id: patient, name: [{ family: 'Example' }] }))],
] as const

const server = createServer((request, response) => {
  const body = bodies.find(([path]) => request.url?.includes(path))?.[1]
  if (!body) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': 'application/fhir+json; charset=utf-8', 'content-length': body.length })
  return response.end(body)
})
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
process.on('disconnect', () => process.exit(0))
