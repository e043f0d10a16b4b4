import { expect, test } from 'vitest'
import { openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'
import { ask, comparable, everyWay, type Way } from './ways.ts'

everyWay('GW-28: existence oracles', [
  { request: 'HEAD /Observation/lab-of-B', status: [404] },
  { request: 'GET /Observation/lab-of-B', headers: { 'if-none-match': 'W/"1"' }, status: [404] },
  {
    request: 'GET /Observation/lab-of-B',
    headers: { 'if-modified-since': 'Wed, 01 Jan 2031 00:00:00 GMT' },
    status: [404],
  },
  {
    request: 'PUT /Observation/lab-of-B',
    body: { resourceType: 'Observation', id: 'lab-of-B', subject: { reference: 'Patient/A' } },
    headers: { 'if-match': 'W/"1"' },
    status: [404],
  },
])

const pairs: readonly (readonly [string, Omit<Way, 'status' | 'request'>])[] = [
  ['GET /Observation/{id}', {}],
  ['HEAD /Observation/{id}', {}],
  ['GET /Observation/{id}/_history', {}],
  ['GET /Observation/{id}/_history/1', {}],
  ['DELETE /Observation/{id}', {}],
  ['GET /Observation?_id={id}', {}],
  ['GET /Binary/{id}', {}],
  ['GET /Provenance?target=Observation/{id}', {}],
  [
    'POST /Observation',
    {
      body: {
        resourceType: 'Observation',
        subject: { reference: 'Patient/A' },
        hasMember: [{ reference: 'Observation/{id}' }],
      },
    },
  ],
]

test.each(pairs)(
  'GW-28, THR-27: %s answers the same for a foreign, a deleted and an absent id',
  async (request, rest) => {
    const answers = await Promise.all(
      ['lab-of-B', 'content-of-B', 'gone-of-B', 'gone-of-A', 'never-was'].map(async (id) => {
        const upstream = honestUpstream([
          ...scene,
          { resourceType: 'Observation', id: 'gone-of-B', subject: { reference: 'Patient/B' } },
          { resourceType: 'Observation', id: 'gone-of-A', subject: { reference: 'Patient/A' } },
        ])
        upstream.store.remove('Observation/gone-of-B')
        upstream.store.remove('Observation/gone-of-A')
        const fill = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('{id}', id))
        const fixture = openFixture({ upstream })
        const reply = await ask(fixture, { request: fill(request), ...fill(rest) })
        return { reply: JSON.stringify(comparable(reply)).replaceAll(id, '…'), calls: upstream.received.length }
      }),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
  },
)
