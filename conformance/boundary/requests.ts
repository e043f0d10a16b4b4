import fc, { type Arbitrary } from 'fast-check'
import { anyType, encode, type Pair, parameters } from './searches.ts'
import { bundles, type Plain, writes } from './writes.ts'

/** One request below the FHIR base; or a link of an earlier answer that is followed. */
export type Ask =
  | ({ readonly kind: 'plain' } & Plain)
  | { readonly kind: 'follow'; readonly relation: string; readonly tampered: boolean }

const fhirId = (type: string): Arbitrary<string> =>
  fc.constantFrom(
    ...(type === 'Patient' ? ['pa', 'pb', 'pb', 'pc'] : [`pa-${type}`, `pa-${type}-with`]),
    `pb-${type}`,
    `pb-${type}-with`,
    `pb-${type}-both`,
    `pb-${type}-packed`,
    `s-${type}`,
    'moved',
    'pb-gone',
    'absent',
  )

const get = (target: string): Plain => ({ method: 'GET', target, headers: {} })

const instance = anyType.chain((type) => fhirId(type).map((id) => `${type}/${id}`))

const reads: Arbitrary<Plain> = fc
  .tuple(
    instance,
    fc.constantFrom(
      '',
      '',
      '',
      '/_history',
      '/_history/1',
      '/_history/2',
      '?_elements=id',
      '?_summary=true',
      '/$everything',
      '/$meta',
      '/_history?_count=1&_since=2000-01-01',
    ),
    fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    fc.constantFrom<Record<string, string>>(
      {},
      {},
      {},
      {},
      { 'if-none-match': '*' },
      { 'if-none-match': 'W/"1"' },
      { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' },
      { accept: 'text/plain' },
      { accept: 'application/fhir+xml' },
      { 'x-forwarded-host': 'elsewhere.test', 'x-http-method-override': 'DELETE' },
      { prefer: 'handling=strict' },
    ),
  )
  .map(([path, suffix, method, headers]) => ({ method, target: `/${path}${suffix}`, headers }))

const split = (pairs: readonly Pair[], at: number): readonly [readonly Pair[], readonly Pair[]] => [
  pairs.slice(0, at),
  pairs.slice(at),
]

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const query = (pairs: readonly Pair[]): string => (pairs.length === 0 ? '' : `?${encode(pairs)}`)

const searches: Arbitrary<Plain> = anyType.chain((type) =>
  fc
    .tuple(parameters(type), fc.nat(4), fc.constantFrom('get', 'get', 'post', 'compartment', 'other compartment'))
    .map(([pairs, at, way]) => {
      switch (way) {
        case 'post': {
          const [left, right] = split(pairs, at)
          return { method: 'POST', target: `/${type}/_search${query(left)}`, headers: form, body: encode(right) }
        }
        case 'compartment':
          return get(`/Patient/pa/${type}${query(pairs)}`)
        case 'other compartment':
          return get(`/${at % 2 === 0 ? 'Patient/pb' : 'Encounter/pa-Encounter'}/${type}${query(pairs)}`)
        default:
          return get(`/${type}${query(pairs)}`)
      }
    }),
)

const json = { 'content-type': 'application/fhir+json' }

const fixed = fc.constantFrom<Plain>(
  get('/'),
  get('/?_type=Observation'),
  get('/_history'),
  get('/metadata?mode=full'),
  get('/Patient/_history'),
  get('/Observation/_history'),
  get('/Patient/pa/*'),
  get('/Patient/$everything'),
  get('/Patient/pa/$everything?_type=Observation,Patient&_count=2'),
  get('/Patient/pb/$everything'),
  get('/Patient/pa/$everything?_type=Practitioner,Binary,Provenance,List,Group'),
  get('/DocumentReference/$docref?patient=pb'),
  get('/DocumentReference/$docref?patient=pa'),
  get('/Observation/$lastn?patient=Patient/pb'),
  get('/Observation/$stats?subject=Patient/pb'),
  get('/Patient/$export'),
  get('/$export'),
  get('/Group/pb-Group/$export'),
  get('/$graphql?query={PatientList{id}}'),
  get('/ValueSet/$expand?url=urn:uri:pb'),
  get('/CodeSystem/$lookup?code=only-pb&system=urn:codes'),
  get('/_export/k1.AAAA'),
  get('//Patient/pb'),
  get('/Patient/pa/../pb'),
  get('/Patient/%70b'),
  get('/Patient%2Fpb'),
  get('/Patient;x/pb'),
  get('/Observation?p%61tient=Patient/pb'),
  get('/Observation?patient=Patient/pa;patient=Patient/pb'),
  get('/Observation?patient=Patient/pa%00&patient=Patient/pb'),
  get('/Observation?code=a%26patient=Patient/pb'),
  { method: 'POST', target: '/_search', headers: form, body: '_type=Observation' },
  { method: 'POST', target: '/Patient/$match', headers: json, body: '{"resourceType":"Parameters"}' },
  { method: 'POST', target: '/$member-match', headers: json, body: '{"resourceType":"Parameters"}' },
  { method: 'POST', target: '/Patient/pa/$everything', headers: json, body: '{"resourceType":"Parameters"}' },
  { method: 'POST', target: '/Subscription', headers: json, body: '{"resourceType":"Subscription"}' },
  { method: 'TRACE', target: '/Patient/pb', headers: {} },
  { method: 'OPTIONS', target: '/Patient/pb', headers: {} },
)

/** Breaks a request's text the way probing tools do: insert, double or replace a character in the path or query. */
const broken = (base: Arbitrary<Plain>): Arbitrary<Plain> =>
  fc
    .tuple(
      base,
      fc.nat(60),
      fc.constantFrom('%00', '%2e', '/', ';', '&', '?', '=', ',', '%', '#', '|', '%25', 'pb', ':'),
    )
    .map(([plain, at, text]) => ({
      ...plain,
      target: `/${plain.target.slice(1, at + 1)}${text}${plain.target.slice(at + 1)}`,
    }))

const follows: Arbitrary<Ask> = fc.record({
  kind: fc.constant('follow' as const),
  relation: fc.constantFrom('next', 'next', 'self', 'previous', 'first'),
  tampered: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
})

const singles: Arbitrary<Plain> = fc.oneof(
  { weight: 5, arbitrary: reads },
  { weight: 8, arbitrary: searches },
  { weight: 4, arbitrary: writes(fhirId) },
)

const plains: Arbitrary<Plain> = fc.oneof(
  { weight: 16, arbitrary: singles },
  { weight: 2, arbitrary: fixed },
  { weight: 2, arbitrary: broken(singles) },
  { weight: 3, arbitrary: bundles(singles) },
)

/** Any request at all. */
export const asks: Arbitrary<Ask> = fc.oneof(
  { weight: 12, arbitrary: plains.map((plain) => ({ kind: 'plain' as const, ...plain })) },
  { weight: 1, arbitrary: follows },
)
