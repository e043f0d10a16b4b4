import { parseScope } from '@gatehouse/scopes'
import { expect, test } from 'vitest'
import { compileQuery } from '../packages/gateway/src/fhir/match.ts'
import { type ParameterDefinition, parameterOf } from '../packages/gateway/src/fhir/search-parameters.ts'
import { searchPaths } from '../packages/gateway/src/fhir/search-paths.data.ts'
import { resourceTypes } from '../packages/scopes/src/resource-types.ts'
import { hasExactQuery } from '../packages/scopes/src/search-parameters.ts'

const bases = { publicBase: 'https://example.org/fhir', upstreamBase: 'https://example.org/upstream' }

/** A value that is right for the kind, so that only the parameter itself decides. */
const valueFor = ({ kind, paths }: ParameterDefinition): string => {
  if (paths.some(({ dataType }) => dataType === 'presence')) return 'true'
  return kind === 'date' ? 'ge2024-01-01' : 'x'
}

/** Where the two disagree about `type?name=value`. */
const disagreement = (type: string, name: string, value: string): readonly string[] => {
  const scope = parseScope(`user/${type}.rs?${name}=${value}`)
  if (scope.kind !== 'resource') return [scope.text]
  const isJudged = compileQuery(type, scope.query, { bases }) !== undefined
  return hasExactQuery(scope) === isJudged ? [] : [`${scope.text}: the gateway ${isJudged ? 'can' : 'cannot'} judge it`]
}

test('SC-15, SC-16: the server may grant a granular query exactly if the gateway can judge it', () => {
  const found = resourceTypes.flatMap((type) =>
    Object.keys({ ...searchPaths['*'], ...searchPaths[type] }).flatMap((name) => {
      const definition = parameterOf(type, name)
      return definition === undefined ? [`${type}?${name}`] : disagreement(type, name, valueFor(definition))
    }),
  )
  expect(found).toEqual([])
})

test.each([
  ['Observation', 'date', ['ap2024', 'soon', 'ge', '2024-13', 'ge2024,lt2025', 'ge2024,ap2025', '2024-02-30']],
  ['Observation', 'category', ['a,b', 'a,', ',', 's|a,b']],
  ['Observation', 'category:not', ['a']],
  ['Observation', 'patient.name', ['a']],
  ['Observation', '_filter', ['a']],
  ['Observation', '_text', ['a']],
  ['Observation', 'code-value-quantity', ['a$1']],
  ['*', 'category', ['a']],
  ['*', '_tag', ['a']],
  ['*', '_lastUpdated', ['ge2024', 'ap2024']],
])('SC-16: of %s?%s they say the same for %j', (type, name, values) => {
  expect(values.flatMap((value) => disagreement(type, name, value))).toEqual([])
})
