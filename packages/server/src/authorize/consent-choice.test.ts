import { covers, describe as inWords, parseScopes } from '@gatehouse/scopes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agreedScopes, parseChoice } from './consent-choice.ts'

const asked =
  'launch/patient openid fhirUser offline_access patient/Observation.rs patient/Condition.read patient/Patient.r'
const offered = parseScopes(asked)
const words = inWords(offered, 'en')

const agreed = (...form: readonly (readonly [string, string])[]): string =>
  agreedScopes(offered, words, parseChoice(form))
    .map(({ text }) => text)
    .join(' ')

const everything = [
  ['scope', 'patient/Observation.rs'],
  ['scope', 'patient/Condition.read'],
  ['scope', 'patient/Patient.r'],
  ['identity', 'yes'],
  ['offline', 'yes'],
] as const

describe('what is agreed', () => {
  test('CON-10 CON-17 all boxes give all that was asked, byte for byte and in its order', () => {
    expect(agreed(...everything)).toBe(asked)
  })

  test.each(everything.map((row) => [row[1] === 'yes' ? row[0] : row[1], row] as const))(
    'CON-02 without %s exactly that is missing',
    (name, row) => {
      const apart: Record<string, string[]> = { identity: ['openid', 'fhirUser'], offline: ['offline_access'] }
      const missing = apart[name] ?? [name]
      const left = asked.split(' ').filter((text) => !missing.includes(text))
      expect(agreed(...everything.filter((other) => other !== row))).toBe(left.join(' '))
    },
  )

  test('CON-09 nothing ticked is nothing agreed, whatever else is on', () => {
    expect(agreed()).toBe('')
    expect(agreed(['offline', 'yes'])).toBe('')
  })

  test('CON-10 THR-14 a scope that was not offered is as if it were not posted', () => {
    expect(agreed(['scope', 'patient/MedicationRequest.rs'])).toBe('')
    expect(agreed(['scope', 'patient/*.cruds'], ['only', 'patient/Observation.rs'])).toBe('')
    expect(agreed(['scope', 'patient/Observation.rs patient/*.rs'])).toBe('launch/patient patient/Observation.rs')
  })

  const kinds =
    words.sections[0]?.rows.find(({ scopes }) => scopes[0]?.text === 'patient/Observation.rs')?.choices ?? []
  const [lab, vitals] = kinds.map(({ scopes }) => scopes[0]?.text ?? '')

  test('CON-17 CON-18 ONC-35 narrower kinds stand in the place of their row', () => {
    expect(kinds.length).toBeGreaterThan(5)
    expect(agreed(['scope', 'patient/Observation.rs'], ['only', lab ?? ''], ['only', vitals ?? ''])).toBe(
      `launch/patient ${lab} ${vitals}`,
    )
  })

  test('CON-18 narrower kinds of an unticked row are not shared', () => {
    expect(agreed(['only', lab ?? ''], ['identity', 'yes'])).toBe('launch/patient openid fhirUser')
  })

  test('CON-10 no form at all gets more than was offered', () => {
    const texts = fc.constantFrom(
      ...offered.map(({ text }) => text),
      'patient/*.cruds',
      'user/*.rs',
      'system/*.rs',
      lab,
    )
    const field = fc.tuple(fc.constantFrom('scope', 'only', 'identity', 'offline', 'answer'), texts)
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), (form) => {
        const given = agreedScopes(offered, words, parseChoice(form as [string, string][]))
        for (const scope of given) expect(offered.some((one) => covers(one, scope))).toBe(true)
      }),
    )
  })
})
