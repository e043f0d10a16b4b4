import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openApiText } from './openapi-page.ts'

test('docs/openapi.json is what the map says (npm run docs)', () => {
  expect(readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8') === openApiText()).toBe(true)
})

test('every operation has a name of its own, a role, and says what it answers', () => {
  const { paths } = JSON.parse(openApiText())
  const operations = Object.values<Record<string, { operationId: string; description: string; responses: object }>>(
    paths,
  ).flatMap((methods) => Object.values(methods))
  const names = operations.map(({ operationId }) => operationId)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThan(20)
  for (const { description, responses } of operations) {
    expect(description).toMatch(/^Role: (viewer|support|admin)\.$/)
    expect(Object.keys(responses)).toContain('default')
  }
})
