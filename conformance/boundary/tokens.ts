import fc, { type Arbitrary } from 'fast-check'
import type { Json } from '../../packages/gateway/src/fhir/json.ts'
import { fhirUrl } from '../../packages/gateway/test/fixture.ts'
import { own, types } from './universe.ts'

/** The client whose `system/` scopes reach A alone, by configuration. */
export const backendClient = 'service'

const interactions = fc.oneof(
  { weight: 6, arbitrary: fc.constant('.cruds') },
  { weight: 3, arbitrary: fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 }).map((each) => `.${each.join('')}`) },
  { weight: 1, arbitrary: fc.constantFrom('.read', '.write', '.*') },
)

/** Queries that can be judged, and some that cannot: those scopes must cover nothing. */
const query = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc
      .subarray(
        [
          'category=urn:codes|both',
          'category=urn:codes|only-pa',
          'category=urn:codes|only-pb',
          'code=both',
          'status=only-pa',
          '_tag=urn:codes|both',
          '_tag=only-pb',
          'date=ge2020-01-01',
          '_id=pa-Observation,pb-Observation',
          'code:not=none',
          'subject=Patient/pb',
          'patient=Patient/pb',
          '_security=x',
        ],
        { minLength: 1, maxLength: 2 },
      )
      .map((parts) => `?${parts.join('&')}`),
  },
)

const type = fc.oneof(
  { weight: 5, arbitrary: fc.constant('*') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('Patient', 'Observation', 'Condition', 'Coverage', 'Provenance', 'Appointment'),
  },
  { weight: 2, arbitrary: fc.constantFrom(...types) },
)

const level = fc.constantFrom('patient', 'patient', 'patient', 'user', 'system')

const scope = fc.tuple(level, type, interactions, query).map(([at, of, what, how]) => `${at}/${of}${what}${how}`)

const scopes = fc.oneof(
  { weight: 6, arbitrary: fc.constant('patient/*.cruds') },
  { weight: 1, arbitrary: fc.constant('user/*.cruds openid fhirUser') },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof({ weight: 6, arbitrary: scope }, fc.constantFrom('openid', 'fhirUser', 'launch', 'nonsense')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((each) => each.join(' ')),
  },
)

/** Users through whom A is reached, and users who reach nobody here. */
const fhirUser = fc.constantFrom(
  undefined,
  `${fhirUrl}/Patient/pa`,
  `${fhirUrl}/Patient/pa`,
  `${fhirUrl}/RelatedPerson/pa-RelatedPerson`,
  `${fhirUrl}/Practitioner/s-Practitioner`,
  `${fhirUrl}/Person/pb-Person`,
  'https://elsewhere.test/fhir/Patient/pb',
)

/** Claims of a token that reaches A, or nobody; never B. */
export const claims: Arbitrary<Json> = fc
  .record({
    scope: scopes,
    fhirUser,
    patient: fc.oneof({ weight: 12, arbitrary: fc.constant(own) }, fc.constant(undefined)),
    client_id: fc.constantFrom('app', 'app', backendClient),
  })
  .map(({ patient, fhirUser: user, ...rest }) => ({ ...rest, patient, ...(user !== undefined && { fhirUser: user }) }))
