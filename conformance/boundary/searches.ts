import fc, { type Arbitrary } from 'fast-check'
import { parameterOf } from '../../packages/gateway/src/fhir/search-parameters.ts'
import { searchPaths } from '../../packages/gateway/src/fhir/search-paths.data.ts'
import { fhirUrl } from '../../packages/gateway/test/fixture.ts'
import { upstreamUrl } from '../../packages/gateway/test/upstream/honest.ts'
import { aboutTypes, own, types } from './universe.ts'

/** One parameter, not yet encoded. */
export type Pair = readonly [name: string, value: string]

/** A type, those that hold most of a chart more often. */
export const anyType: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'Patient',
    'Observation',
    'Condition',
    'Encounter',
    'Coverage',
    'Provenance',
    'QuestionnaireResponse',
  ),
  fc.constantFrom(...aboutTypes),
  fc.constantFrom(...types),
)

const references = fc.constantFrom(
  own,
  'Patient/pa',
  `${fhirUrl}/Patient/pa`,
  'pb',
  'Patient/pb',
  `${fhirUrl}/Patient/pb`,
  `${upstreamUrl}/Patient/pb`,
  'Patient/pa,Patient/pb',
  'Patient/pb/_history/1',
  'Patient/pa\\,Patient/pb',
  'Encounter/pb-Encounter',
  'Encounter/pa-Encounter',
  'Observation/pb-Observation',
  'Practitioner/s-Practitioner',
  'Group/pb-Group',
  'RelatedPerson/pb-RelatedPerson',
  'urn:uuid:0',
  '#inside',
  '*',
)

const tokens = fc.constantFrom(
  'both',
  'only-pa',
  'only-pb',
  'urn:codes|both',
  'urn:codes|only-pb',
  'urn:ids|only-pb',
  'urn:codes|',
  '|only-pb',
  'both,only-pb',
  'true',
  'pb-Observation',
  'nothing',
)

const words = fc.constantFrom('only', 'only-pb', 'secr', '2', 'ge2000-01-01', 'lt2030', '2020-01-02', 'urn:uri:pb', '>')

const valueFor = (kind: string | undefined): Arbitrary<string> =>
  kind === 'reference' ? references : kind === 'token' ? tokens : fc.oneof(words, tokens)

const namesOf = (type: string): readonly string[] => Object.keys({ ...searchPaths['*'], ...searchPaths[type] })

const criterion = (type: string): Arbitrary<Pair> =>
  fc
    .constantFrom(...namesOf(type))
    .chain((name) => fc.tuple(fc.constant(name), valueFor(parameterOf(type, name)?.kind)))

const modifier = fc.constantFrom(
  ':not',
  ':missing',
  ':identifier',
  ':exact',
  ':contains',
  ':in',
  ':not-in',
  ':above',
  ':below',
  ':of-type',
  ':text',
  ':Patient',
  ':Practitioner',
  ':Group',
  ':iterate',
)

const modified = (type: string): Arbitrary<Pair> =>
  fc
    .tuple(criterion(type), modifier, fc.constantFrom('true', 'false', undefined))
    .map(([[name, value], by, instead]) => [`${name}${by}`, instead ?? value])

const chained = (type: string): Arbitrary<Pair> =>
  fc
    .tuple(criterion(type), fc.constantFrom('', ':Patient', ':Practitioner', ':Organization'), anyType)
    .chain(([[name], target, next]) =>
      fc
        .tuple(
          fc.oneof(
            fc.constantFrom(
              'name',
              'identifier',
              'birthdate',
              '_id',
              'patient.name',
              'link.name',
              'general-practitioner.name',
            ),
            criterion(next).map(([inner]) => inner),
          ),
          fc.oneof(words, tokens),
        )
        .map(([chain, value]) => [`${name}${target}.${chain}`, value] as const),
    )

const reversed: Arbitrary<Pair> = anyType.chain((type) =>
  fc
    .tuple(criterion(type), criterion(type))
    .map(([[link], [name, value]]) => [`_has:${type}:${link}:${name}`, value] as const),
)

const include = (type: string): Arbitrary<Pair> =>
  fc
    .tuple(
      fc.constantFrom('_include', '_revinclude', '_include:iterate', '_revinclude:iterate', '_include:recurse'),
      fc.oneof(fc.constant(type), anyType),
    )
    .chain(([name, from]) =>
      fc.oneof(
        { weight: 6, arbitrary: criterion(from).map(([code]) => [name, `${from}:${code}`] as const) },
        {
          weight: 2,
          arbitrary: fc.constantFrom('patient', 'subject', 'link').map((code) => [name, `${from}:${code}`] as const),
        },
        {
          weight: 1,
          arbitrary: fc
            .constantFrom('*', `${from}:*`, `${from}:subject:Patient`, `${from}`)
            .map((value) => [name, value] as const),
        },
      ),
    )

const control = (type: string): Arbitrary<Pair> =>
  fc.oneof(
    fc.constantFrom<Pair>(
      ['_count', '0'],
      ['_count', '1'],
      ['_count', '3'],
      ['_count', '1000'],
      ['_total', 'accurate'],
      ['_total', 'estimate'],
      ['_summary', 'count'],
      ['_summary', 'true'],
      ['_summary', 'data'],
      ['_elements', 'id'],
      ['_elements', 'status,subject'],
      ['_sort', '_lastUpdated'],
      ['_format', 'json'],
    ),
    fc.constantFrom(...namesOf(type)).map((name) => ['_sort', name] as const),
  )

const forbidden = fc.constantFrom<Pair>(
  ['_filter', 'subject eq Patient/pb'],
  ['_query', 'all'],
  ['_list', 'pb-List'],
  ['_text', 'secr'],
  ['_content', 'secr'],
  ['_contained', 'true'],
  ['_type', 'Observation'],
  ['_getpages', '1'],
  ['_offset', '1'],
  ['page', '2'],
  ['ct', 'x'],
  ['_compartment', 'Patient/pb'],
  ['_project', 'x'],
  ['_cursor', 'x'],
  ['PATIENT', 'Patient/pb'],
  ['patient ', 'Patient/pb'],
  ['_page', 'k1.AAAA'],
  ['_format', 'xml'],
)

/** Parameters of a search of a type, in the shapes FHIR has and some it has not. */
export const parameters = (type: string): Arbitrary<readonly Pair[]> =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: criterion(type) },
      {
        weight: 5,
        arbitrary: fc.constantFrom<Pair>(['patient', 'Patient/pa'], ['subject', 'Patient/pa'], ['_count', '2']),
      },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom('patient', 'subject', '_id'), references) },
      { weight: 5, arbitrary: control(type) },
      { weight: 6, arbitrary: include(type) },
      { weight: 1, arbitrary: modified(type) },
      { weight: 1, arbitrary: chained(type) },
      { weight: 1, arbitrary: reversed },
      { weight: 1, arbitrary: forbidden },
    ),
    { maxLength: 3 },
  )

/** Parameters as a query or form. */
export const encode = (pairs: readonly Pair[]): string =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
