import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { searchParametersFile } from './generate-search-parameters.ts'

test('SC-16: the search parameters a scope may carry are those of FHIR R4 and US Core', () => {
  const file = new URL('../packages/scopes/src/search-parameters.data.ts', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(searchParametersFile())
})
