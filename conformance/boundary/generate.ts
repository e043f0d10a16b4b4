import fc from 'fast-check'
import { searchPaths } from '../../packages/gateway/src/fhir/search-paths.data.ts'
import { classifiedTypes, classOf } from '../../packages/gateway/src/fhir/type-classes.ts'
import { categories, recordOf, scene } from '../bypass/scene.ts'

/** A generated attempt: a token's scopes and one request, as the bypass tests write them. */
export type Attempt = {
  readonly scope: string
  readonly request: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const types = classifiedTypes()
const busy = [
  'Observation',
  'Patient',
  'Condition',
  'Coverage',
  'Appointment',
  'Provenance',
  'DocumentReference',
  'Group',
  'List',
  'Practitioner',
  'Binary',
  'Encounter',
]
const aType = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...busy) },
  { weight: 2, arbitrary: fc.constantFrom(...types) },
)
const ids = [...new Set(scene.map(({ id }) => String(id)))]
const anId = fc.oneof(
  fc.constantFrom(...ids),
  fc.constantFrom('A', 'B', 'nobody'),
  fc.stringMatching(/^[A-Za-z0-9.-]{1,8}$/),
)

const scopes = fc.constantFrom(
  'patient/*.cruds',
  'patient/*.rs',
  'patient/*.read',
  'patient/Observation.cruds patient/Patient.rs',
  `patient/Observation.rs?category=${categories}|laboratory`,
  `patient/Observation.rs?category=${categories}|laboratory patient/Observation.rs?category=${categories}|vital-signs patient/Provenance.rs`,
  'patient/Patient.rs patient/Coverage.rs patient/Practitioner.rs patient/Provenance.rs',
  'patient/*.cruds openid fhirUser',
)

const aValue = fc.oneof(
  fc.constantFrom(
    'A',
    'B',
    'Patient/A',
    'Patient/B',
    'Patient/A,Patient/B',
    'http://gateway.test/fhir/Patient/B',
    'Group/pair-of-B',
    'Patient/B/_history/1',
  ),
  fc.constantFrom(
    'x',
    'Bravo',
    'Doe',
    '1980-01-01',
    'ge2000',
    'true',
    'final',
    `${categories}|laboratory`,
    'a,b',
    'a\\,b',
    '%00',
    'A;patient=B',
    '*',
  ),
  anId,
)

const modifier = fc.constantFrom(
  '',
  '',
  '',
  '',
  ':not',
  ':missing',
  ':identifier',
  ':exact',
  ':in',
  ':above',
  ':Patient',
  ':Practitioner',
  ':iterate',
  ':x',
)
const chain = fc.constantFrom('', '', '', '', '.name', '.birthdate', '.identifier', '.organization.name')

const namesOf = (type: string): readonly string[] => [
  ...Object.keys(searchPaths[type] ?? {}),
  ...Object.keys(searchPaths['*'] ?? {}),
]

const criterion = (type: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...namesOf(type)), modifier, chain, aValue)
    .map(([name, mod, link, value]) => `${name}${mod}${link}=${value}`)

const include = fc
  .tuple(fc.constantFrom('_include', '_revinclude'), fc.constantFrom('', '', ':iterate', ':recurse'), aType)
  .chain(([name, iterate, source]) =>
    fc
      .tuple(fc.constantFrom(...namesOf(source), '*'), fc.constantFrom('', '', ':Patient', ':*'))
      .map(([link, target]) => `${name}${iterate}=${source}:${link}${target}`),
  )

const control = fc.constantFrom(
  '_count=1',
  '_count=0',
  '_count=5000',
  '_summary=count',
  '_summary=data',
  '_total=accurate',
  '_elements=id',
  '_sort=-_lastUpdated',
  '_sort=date',
  '_sort=subject.name',
  '_has:Observation:patient:code=x',
  '_filter=x',
  '_list=1',
  '_query=x',
  '_contained=true',
  '_format=json',
  '_format=xml',
  '_page=k1.AAAA',
  '_getpages=x',
  '_type=Patient',
  'access_token=x',
)

const query = (type: string): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof({ weight: 4, arbitrary: criterion(type) }, include, control), { maxLength: 4 })
    .map((parts) => parts.join('&'))

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const search: fc.Arbitrary<Omit<Attempt, 'scope'>> = aType.chain((type) =>
  fc
    .tuple(query(type), fc.constantFrom('get', 'post', 'both', 'compartment'), fc.constantFrom('A', 'B', 'nobody'))
    .map(([text, kind, patient]) => {
      switch (kind) {
        case 'post':
          return { request: `POST /${type}/_search`, body: text, headers: form }
        case 'both':
          return { request: `POST /${type}/_search?${text}`, body: text.split('&')[0] ?? '', headers: form }
        case 'compartment':
          return { request: `GET /Patient/${patient}/${type}?${text}` }
        default:
          return { request: `GET /${type}?${text}` }
      }
    }),
)

const read: fc.Arbitrary<Omit<Attempt, 'scope'>> = fc
  .tuple(
    fc.constantFrom('GET', 'GET', 'HEAD'),
    aType,
    anId,
    fc.constantFrom(
      '',
      '',
      '/_history',
      '/_history/1',
      '/_history/2',
      '/$everything',
      '/$meta',
      '?_elements=id',
      '?_summary=data',
      '/*',
    ),
  )
  .map(([method, type, id, rest]) => ({ request: `${method} /${type}/${id}${rest}` }))

const known: fc.Arbitrary<Omit<Attempt, 'scope'>> = fc
  .constantFrom(...scene.filter(({ resourceType }) => classOf(resourceType) !== 'shared'))
  .map(({ resourceType, id }) => ({ request: `GET /${resourceType}/${id}` }))

const other: fc.Arbitrary<Omit<Attempt, 'scope'>> = fc
  .constantFrom(
    'GET /',
    'GET /?_type=Observation',
    'GET /_history',
    'GET /Patient/_history',
    'GET /Observation/_history',
    'GET /$export',
    'GET /Patient/$export',
    'GET /Group/pair-of-B/$export',
    'GET /Patient/$everything',
    'GET /Patient/A/$everything',
    'GET /Patient/A/$everything?_type=Patient,Observation',
    'GET /DocumentReference/$docref?patient=A',
    'GET /DocumentReference/$docref?patient=B',
    'GET /Observation/$lastn',
    'GET /_export/k1.AAAA',
    'PUT /',
    'DELETE /',
    'GET /metadata',
    'PATCH /Observation',
  )
  .map((request) => ({ request }))

/** A body of A's in which some references were turned to someone else's things. */
const body = (type: string, id: string | undefined): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.constantFrom(
        'Patient/A',
        'Patient/A',
        'Patient/A',
        'Patient/B',
        'Patient?name=Bravo',
        'http://gateway.test/fhir/Patient/B',
        '#x',
        'urn:uuid:1',
      ),
      fc.constantFrom(
        undefined,
        undefined,
        'Observation/lab-of-A',
        'Observation/lab-of-B',
        'Patient/B',
        'Binary/content-of-B',
        'Observation/nothing',
        '/Observation/lab-of-B',
      ),
    )
    .map(([owner, planted]) => {
      const text = JSON.stringify({ ...recordOf(type, 'A'), text: undefined, id }).replaceAll('Patient/A', owner)
      const extension =
        planted === undefined ? [] : [{ url: 'http://example.org/x', valueReference: { reference: planted } }]
      return {
        ...JSON.parse(text),
        extension,
        ...(planted !== undefined && type === 'DocumentReference' && { content: [{ attachment: { url: planted } }] }),
      }
    })

const patch = fc
  .tuple(
    fc.constantFrom('replace', 'add', 'remove', 'test', 'copy'),
    fc.constantFrom('/subject/reference', '/subject', '/status', '/id', '', '/__proto__/x', '/extension/0'),
    fc.constantFrom('Patient/B', 'Patient/A', 'final'),
  )
  .map(([op, path, value]) => [{ op, path, value, from: '/subject' }])

const write: fc.Arbitrary<Omit<Attempt, 'scope'>> = fc
  .tuple(
    aType,
    anId,
    fc.constantFrom(
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'if-none-exist',
      'conditional-put',
      'conditional-delete',
      'conditional-patch',
    ),
  )
  .chain(([type, id, kind]) => {
    const json = { 'content-type': 'application/json-patch+json' }
    switch (kind) {
      case 'POST':
        return body(type, undefined).map((value) => ({ request: `POST /${type}`, body: value }))
      case 'PUT':
        return body(type, id).map((value) => ({ request: `PUT /${type}/${id}`, body: value }))
      case 'PATCH':
        return patch.map((value) => ({ request: `PATCH /${type}/${id}`, body: value, headers: json }))
      case 'DELETE':
        return fc.constant({ request: `DELETE /${type}/${id}` })
      case 'if-none-exist':
        return fc
          .tuple(body(type, undefined), criterion(type))
          .map(([value, text]) => ({ request: `POST /${type}`, body: value, headers: { 'if-none-exist': text } }))
      case 'conditional-put':
        return fc
          .tuple(body(type, undefined), criterion(type))
          .map(([value, text]) => ({ request: `PUT /${type}?${text}`, body: value }))
      case 'conditional-delete':
        return criterion(type).map((text) => ({ request: `DELETE /${type}?${text}` }))
      default:
        return fc
          .tuple(patch, criterion(type))
          .map(([value, text]) => ({ request: `PATCH /${type}?${text}`, body: value, headers: json }))
    }
  })

const single = fc.oneof(
  { weight: 5, arbitrary: search },
  { weight: 3, arbitrary: read },
  { weight: 1, arbitrary: known },
  { weight: 1, arbitrary: other },
  { weight: 4, arbitrary: write },
)

const bundle: fc.Arbitrary<Omit<Attempt, 'scope'>> = fc
  .tuple(fc.constantFrom('batch', 'transaction'), fc.array(single, { minLength: 1, maxLength: 4 }))
  .map(([type, attempts]) => ({
    request: 'POST /',
    body: {
      resourceType: 'Bundle',
      type,
      entry: attempts.map(({ request, body: value, headers }, at) => {
        const [method, url = ''] = request.split(' ')
        return {
          fullUrl: `urn:uuid:${at}`,
          ...(typeof value === 'object' && !Array.isArray(value) && { resource: value }),
          request: {
            method,
            url: url.slice(1),
            ...(headers?.['if-none-exist'] !== undefined && { ifNoneExist: headers['if-none-exist'] }),
          },
        }
      }),
    },
  }))

/** A request with one character changed, added or taken away: what no grammar thinks of. */
const mutated = fc
  .tuple(
    single,
    fc.nat(),
    fc.constantFrom('', '/', '%2e', '%2F', ';', '\\', '#', '?', '&', '=', ',', ':', '.', '*', ' ', '%', 'é'),
  )
  .map(([attempt, place, char]) => {
    const [method, ...rest] = attempt.request.split(' ')
    const url = rest.join(' ')
    const at = 1 + (place % url.length)
    return { ...attempt, request: `${method} ${url.slice(0, at)}${char}${url.slice(at + (place % 2))}` }
  })

/** One attempt of any kind. */
export const attempts: fc.Arbitrary<Attempt> = fc
  .tuple(
    scopes,
    fc.oneof({ weight: 10, arbitrary: single }, { weight: 2, arbitrary: bundle }, { weight: 2, arbitrary: mutated }),
  )
  .map(([scope, attempt]) => ({ scope, ...attempt }))
