import { expect, test } from 'vitest'
import { expressionFor, splitUnion } from './expressions.ts'

test('a union is split outside parentheses and quotes', () => {
  expect(splitUnion("A.b | (A.c as d | e) | A.where(x='|')")).toEqual(['A.b', '(A.c as d | e)', "A.where(x='|')"])
})

test('only the alternatives of the type stay, and the reference test becomes the target', () => {
  const published = 'AllergyIntolerance.patient | Condition.subject.where(resolve() is Patient) | Consent.patient'
  expect(expressionFor('Condition', published)).toEqual({ expression: 'Condition.subject', target: 'Patient' })
  expect(expressionFor('Consent', published)).toEqual({ expression: 'Consent.patient' })
})

test('an alternative in parentheses belongs to its type; a longer name does not', () => {
  expect(expressionFor('Observation', '(Observation.value as Quantity) | ObservationDefinition.code')).toEqual({
    expression: '(Observation.value as Quantity)',
  })
})

test('an expression without the type means nothing for it', () => {
  expect(expressionFor('Patient', 'Practitioner.name')).toBeUndefined()
})
