import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compartmentFile, searchPathsFile } from './generate-compartment.ts'
import { alternativesFor, pathsOf } from './search-expressions.ts'

const committed = (name: string): string =>
  readFileSync(new URL(`../packages/gateway/src/fhir/${name}`, import.meta.url), 'utf8')

test('the committed compartment table is what the definitions give', () => {
  expect(committed('compartment.data.ts')).toBe(compartmentFile())
})

test('the committed search paths are what the definitions give', () => {
  expect(committed('search-paths.data.ts')).toBe(searchPathsFile())
})

test('an expression of an unknown shape fails instead of becoming a hole', () => {
  const none = new Map()
  expect(() => pathsOf('Patient.name.first().given', none)).toThrow()
  expect(() => pathsOf("Patient.name.where(use = 'a' or use = 'b')", none)).toThrow()
  expect(alternativesFor('Patient.name | Person.name', 'Person')).toEqual(['Person.name'])
})
