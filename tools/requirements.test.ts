import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { declined } from './declined.data.ts'
import { idsIn, parseRequirements, type RequirementIds } from './requirement-ids.ts'
import { mentionsInCode, mentionsInTests } from './requirement-table.ts'
import { sourceFiles } from './source-tree.ts'

test('ids are read from a text, ranges with all their members', () => {
  expect(idsIn('AL-15, RFC-08: and TOK-10..TOK-12 or RF-01..03; not SHA-256, not RFC 6749')).toEqual([
    'AL-15',
    'RFC-08',
    'TOK-10',
    'TOK-11',
    'TOK-12',
    'RF-01',
    'RF-02',
    'RF-03',
  ])
})

test('requirements are the rows of the tables, not the ranges that count them', () => {
  const table =
    '| ID | Actor | Strength | Requirement |\n|---|---|---|---|\n| AL-15 | AS | SHALL | x |\n| 1. | AL-01..AL-81 | 81 |'
  expect(parseRequirements(table)).toEqual([{ id: 'AL-15', actor: 'AS', strength: 'SHALL' }])
})

test('every id that code, tests or the declined list name exists in the specifications', () => {
  const { smart, own }: RequirementIds = JSON.parse(readFileSync('docs/requirements.ids.json', 'utf8'))
  const known = new Set([...smart.map(({ id }) => id), ...own])
  const files = sourceFiles()
  const named = [...mentionsInCode(files), ...mentionsInTests(files)]
  expect(named.filter(([id]) => !known.has(id)).map(([id, places]) => `${id} in ${places[0]}`)).toEqual([])
  expect(Object.keys(declined).filter((id) => !known.has(id))).toEqual([])
})
