import { expect, test } from 'vitest'
import { openFixture } from './fixture.ts'
import { honestUpstream } from './upstream/honest.ts'

const of = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  subject: { reference: `Patient/${patient}` },
})
const resources = [
  { resourceType: 'Patient', id: 'A' },
  { resourceType: 'Patient', id: 'B' },
  of('a', 'A'),
  of('b', 'B'),
  { resourceType: 'Practitioner', id: 'p' },
]

const practitioner = 'http://gateway.test/fhir/Practitioner/p'
const tokens = {
  'patient A, patient/*.cruds': {},
  'patient A, patient/Observation.rs?status=final': { scope: 'patient/Observation.rs?status=final' },
  'Practitioner p, user/*.cruds (userReach all)': { patient: undefined, scope: 'user/*.cruds', fhirUser: practitioner },
  'a back end, system/Observation.rs': { patient: undefined, scope: 'system/Observation.rs' },
} as const

const json = { 'content-type': 'application/fhir+json' }
type Row = readonly [request: string, body?: object, headers?: Readonly<Record<string, string>>]
const rows: readonly Row[] = [
  ['GET /Observation/a'],
  ['GET /Observation/b'],
  ['GET /Observation/absent'],
  ['GET /Observation/a/_history/1'],
  ['GET /Observation/a/_history'],
  ['GET /Observation/_history'],
  ['GET /_history'],
  ['GET /Observation'],
  ['GET /Observation?patient=A'],
  ['GET /Observation?patient=B'],
  ['GET /Observation?unknown=x'],
  ['GET /Observation?_summary=count'],
  ['GET /Patient/A/Observation'],
  ['GET /Patient/B/Observation'],
  ['GET /Patient/A/*'],
  ['GET /?_type=Observation'],
  ['GET /Practitioner/p'],
  ['POST /Observation', { resourceType: 'Observation', status: 'final', subject: { reference: 'Patient/A' } }],
  ['POST /Observation', { resourceType: 'Observation', status: 'final', subject: { reference: 'Patient/B' } }],
  [
    'POST /Observation',
    { resourceType: 'Observation', status: 'final', subject: { reference: 'Patient/A' } },
    { 'if-none-exist': '_id=a' },
  ],
  ['PUT /Observation/a', of('a', 'A')],
  ['PUT /Observation/b', of('b', 'A')],
  ['PUT /Observation/free', of('free', 'A')],
  [
    'PATCH /Observation/a',
    [{ op: 'replace', path: '/status', value: 'amended' }],
    { 'content-type': 'application/json-patch+json' },
  ],
  ['DELETE /Observation/a'],
  ['DELETE /Observation/b'],
  ['DELETE /Patient/A'],
  ['GET /Patient/$everything'],
  ['GET /Observation/$lastn'],
  ['DELETE /'],
]

/** One row of the table: the request, the answer, and what the upstream was asked for it. */
const row = async (claims: object, [request, body, headers]: Row): Promise<string> => {
  const upstream = honestUpstream(resources)
  const { request: send } = openFixture({ upstream })
  const [method = 'GET', url = ''] = request.split(' ')
  const reply = await send({
    method: method as 'GET',
    url: `/fhir${url}`,
    claims: { ...claims },
    headers: { ...(body && json), ...headers },
    ...(body && { payload: JSON.stringify(body) }),
  })
  const reason = /urn:gatehouse:error:gateway:([\w-]+)/.exec(reply.text)?.[1] ?? ''
  const total =
    reply.body.resourceType === 'Bundle' ? `${((reply.body.entry ?? []) as readonly unknown[]).length} entries` : ''
  const asked = upstream.received
    .filter(({ target }) => target !== 'metadata')
    .map((sent) => {
      const match = sent.headers['if-match'] ?? sent.headers['if-none-exist']
      return `${sent.method} ${decodeURIComponent(sent.target)}${match === undefined ? '' : ` [${decodeURIComponent(match)}]`}`
    })
  const about = body === undefined ? '' : ` ${JSON.stringify(body).replace(/"resourceType":"Observation",/, '')}`
  return `| ${method} ${url}${headers?.['if-none-exist'] ? ' (If-None-Exist: _id=a)' : ''}${about.replaceAll('|', '\\|')} | ${reply.status} ${reason}${total} | ${asked.join('; ') || 'nothing'} |`
}

test.each(Object.keys(tokens) as readonly (keyof typeof tokens)[])(
  'AL-79, SC-02, SC-03, SC-04, SC-05, SC-06, IX-17: every row of the table for: %s',
  async (token) => {
    const lines: string[] = [`# ${token}`, '', '| request | answer | asked of the upstream |', '|---|---|---|']
    for (const each of rows) lines.push(await row(tokens[token], each))
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      `decisions/${token.replace(/[^A-Za-z]+/g, '-').toLowerCase()}.md`,
    )
  },
)
