import { describe, expect, test } from 'vitest'
import { compileQuery } from './match.ts'

const bases = { publicBase: 'http://g/fhir', upstreamBase: 'http://u/fhir' }
const matches = (type: string, query: string, resource: object): boolean | undefined => {
  const parameters = query.split('&').map((part) => {
    const [name = '', ...value] = part.split('=')
    return { name, value: value.join('=') }
  })
  return compileQuery(type, parameters, { bases })?.({ resourceType: type, ...resource })
}

const observation = {
  category: [
    {
      coding: [
        { system: 's', code: 'laboratory' },
        { system: 't', code: 'exam' },
      ],
      text: 'Lab',
    },
  ],
  status: 'final',
  subject: { reference: 'Patient/A' },
  effectiveDateTime: '2024-05-10',
  identifier: [{ system: 'i', value: '7' }],
}

describe('THR-29: a scope query is judged on the resource', () => {
  test.each([
    ['category=s|laboratory', true],
    ['category=laboratory', true],
    ['category=s|', true],
    ['category=|laboratory', false],
    ['category=s|exam', false],
    ['category=S|laboratory', false],
    ['category=s|Laboratory', false],
    ['category=Lab', false],
    ['category=x,t|exam', true],
    ['category=s|laboratory&status=final', true],
    ['category=s|laboratory&status=amended', false],
    ['code=x', false],
    ['status=final', true],
    ['identifier=i|7', true],
    ['identifier=7', true],
    ['patient=A', true],
    ['patient=Patient/A', true],
    ['patient=http://g/fhir/Patient/A', true],
    ['patient=http://other/fhir/Patient/A', false],
    ['subject=A', false],
    ['subject=Patient/A', true],
    ['date=2024', true],
    ['date=2024-05', true],
    ['date=ge2024-05-10', true],
    ['date=gt2024-05-10', false],
    ['date=lt2024-05-11', true],
    ['date=sa2024-05-09', true],
    ['date=eb2024-05-10', false],
    ['date=ne2023', true],
  ])('SC-15: %s gives %s', (query, expected) => {
    expect(matches('Observation', query, observation)).toBe(expected)
  })

  test.each([
    'category:not=s|laboratory',
    'category:in=http://vs',
    'patient.birthdate=2000',
    '_filter=status eq final',
    'value-quantity=gt5',
    'code-value-quantity=a$5',
    'unknown=x',
    '_has:Observation:patient:code=x',
    'date=ap2024',
    'category=a|b|c',
    'category=',
    'category=\\q',
  ])('SC-16: %s cannot be judged exactly, so it covers nothing', (query) => {
    expect(matches('Observation', query, observation)).toBeUndefined()
  })

  test('strings fold case and accents and match from the front; names by any part', () => {
    const patient = {
      name: [{ family: 'Ångström', given: ['Éva'] }],
      telecom: [{ system: 'email', value: 'a@b' }],
      deceasedDateTime: '2020',
    }
    expect(matches('Patient', 'family=ang', patient)).toBe(true)
    expect(matches('Patient', 'name=eva', patient)).toBe(true)
    expect(matches('Patient', 'family=strom', patient)).toBe(false)
    expect(matches('Patient', 'email=a@b', patient)).toBe(true)
    expect(matches('Patient', 'phone=a@b', patient)).toBe(false)
    expect(matches('Patient', 'deceased=true', patient)).toBe(true)
    expect(matches('Patient', 'deceased=false', {})).toBe(true)
  })

  test('a query on every type uses only what every type has', () => {
    expect(matches('*', '_security=s|R', { meta: { security: [{ system: 's', code: 'R' }] } })).toBe(true)
    expect(compileQuery('*', [{ name: 'category', value: 'x' }], { bases })).toBeUndefined()
  })
})
