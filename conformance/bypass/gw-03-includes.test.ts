import { expect, test } from 'vitest'
import { idsOf, openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'
import { everyWay } from './ways.ts'

everyWay('GW-03: include reaches others', [
  { request: 'GET /Coverage?_include=Coverage:subscriber:Patient', status: [200] },
  { request: 'GET /Coverage?_include=Coverage:beneficiary', status: [200] },
  { request: 'GET /DiagnosticReport?_include=DiagnosticReport:result', status: [200] },
  {
    request: 'GET /Observation?_include=Observation:focus:Patient',
    status: [200],
    check: ({ body }) => expect(idsOf(body)).not.toContain('Patient/B'),
  },
  { request: 'GET /Observation?_include=Observation:focus', status: [200] },
  { request: 'GET /Patient?_include=Patient:link&_include:iterate=Patient:organization', status: [200] },
  {
    request:
      'GET /Observation?_id=vital-of-A&_include=Observation:performer:Practitioner&_revinclude:iterate=PractitionerRole:practitioner',
    status: [200],
    check: ({ body }) =>
      expect(idsOf(body)).toEqual(['Observation/vital-of-A', 'Practitioner/p', 'PractitionerRole/r']),
  },
])

test('GW-03, THR-24: following pages are judged entry by entry too', async () => {
  const { get } = openFixture({ upstream: honestUpstream(scene, 2) })
  const seen: string[] = []
  let url: string | undefined = '/Observation?_include=Observation:focus:Patient&_count=1'
  for (let page = 0; page < 20 && url !== undefined; page += 1) {
    const reply = await get(url)
    expect(reply.status).toBe(200)
    seen.push(...idsOf(reply.body))
    const links = reply.body.link as readonly { readonly relation: string; readonly url: string }[]
    url = links.find(({ relation }) => relation === 'next')?.url.replace('http://gateway.test/fhir', '')
  }
  expect(seen).not.toContain('Patient/B')
  expect(seen.filter((id) => id.startsWith('Observation/')).sort()).toEqual([
    'Observation/Observation-of-A',
    'Observation/focused-of-A',
    'Observation/lab-of-A',
    'Observation/moved',
    'Observation/vital-of-A',
  ])
})
