import { describe, expect, test } from 'vitest'
import type { Restriction } from './restriction.ts'
import { mergeRestrictions, parseRestrictions, restrictionType as type } from './restriction.ts'

const whole = {
  type,
  id: 'r1',
  effect: 'deny',
  locations: ['https://img/fhir'],
  resourceTypes: ['ImagingStudy'],
  actions: ['r', 's'],
  securityLabels: ['http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R'],
  studies: ['urn:oid:1.2.3'],
  accession: [{ system: 'https://ehr/accession', value: 'A1' }],
  modalities: ['US'],
  bodySites: ['CHEST'],
  period: { start: '2020', end: '2020-06-30T12:00:00+02:00' },
  encounters: ['Encounter/1'],
  purposeOfUse: ['TREAT'],
  until: 1767225600,
  obligations: ['no-store', 'audit-detail'],
}
const deny = { type, id: 'd', effect: 'deny' }
const permitOnly = { type, id: 'p', effect: 'permit-only' }

describe('parseRestrictions', () => {
  test('MS-13: reads every member of the schema', () => {
    expect(parseRestrictions([whole])).toEqual({ kind: 'restrictions', restrictions: [whole] })
    expect(parseRestrictions([])).toEqual({ kind: 'restrictions', restrictions: [] })
  })

  test('MS-13: keeps no tie to what it read', () => {
    const source = [{ ...deny, studies: ['urn:oid:1'] }]
    const parsed = parseRestrictions(source)
    source[0]?.studies.pop()
    expect(parsed).toMatchObject({ restrictions: [{ studies: ['urn:oid:1'] }] })
  })

  test.each([
    ['no list', undefined, 'not-a-list', ''],
    ['an object in place of the list', whole, 'not-a-list', ''],
    ['a text in the list', [whole, 'deny'], 'not-an-object', '1'],
    ['null in the list', [null], 'not-an-object', '0'],
    ['a list in the list', [[whole]], 'not-an-object', '0'],
    ['an unknown member', [{ ...whole, strength: 1 }], 'unknown-member', '0.strength'],
    [
      'a member of Object',
      [JSON.parse(`{"__proto__":{},"type":"${type}","id":"x","effect":"deny"}`)],
      'unknown-member',
      '0.__proto__',
    ],
    ['no type', [{ id: 'x', effect: 'deny' }], 'bad-member', '0.type'],
    ['no id', [{ type, effect: 'deny' }], 'bad-member', '0.id'],
    ['no effect', [{ type, id: 'x' }], 'bad-member', '0.effect'],
    ['a permit-only that says nothing', [permitOnly], 'permits-everything', '0'],
    ['a permit-only that says only where', [{ ...permitOnly, locations: ['https://a'] }], 'permits-everything', '0'],
    ['a permit-only of no type', [{ ...permitOnly, resourceTypes: [] }], 'permits-everything', '0'],
  ])('MS-13: refuses %s', (_, value, reason, at) => {
    expect(parseRestrictions(value)).toEqual({ kind: 'refused', reason, at })
  })

  test.each([
    ['type', 'https://gatehouse.dev/codes/other'],
    ['id', ''],
    ['id', 7],
    ['effect', 'allow'],
    ['locations', 'https://img/fhir'],
    ['locations', ['']],
    ['resourceTypes', ['Foo']],
    ['resourceTypes', [7]],
    ['actions', ['rs']],
    ['securityLabels', ['R']],
    ['securityLabels', ['a|b|c']],
    ['studies', ['1.2.3']],
    ['studies', ['urn:oid:1.2\n3']],
    ['accession', ['A1']],
    ['accession', [{ value: 'A1' }]],
    ['accession', [{ system: 's', value: 'A1', type: 'x' }]],
    ['accession', [{ system: 's', value: 1 }]],
    ['modalities', [null]],
    ['bodySites', {}],
    ['period', {}],
    ['period', { start: 'yesterday' }],
    ['period', { end: '2021-02-30' }],
    ['period', { from: '2021' }],
    ['period', ['2021']],
    ['encounters', [1]],
    ['purposeOfUse', 'TREAT'],
    ['until', '2030'],
    ['until', 1.5],
    ['until', -1],
    ['obligations', ['fax']],
  ])('MS-13: refuses %s = %j', (name, value) => {
    expect(parseRestrictions([{ ...whole, [name]: value }])).toEqual({
      kind: 'refused',
      reason: 'bad-member',
      at: `0.${name}`,
    })
  })

  test('MS-13: reads an empty list the narrower way', () => {
    const empty = { locations: [], resourceTypes: [], actions: [], studies: [] }
    expect(parseRestrictions([{ ...deny, ...empty }])).toEqual({ kind: 'restrictions', restrictions: [deny] })
    expect(parseRestrictions([{ ...permitOnly, ...empty }])).toEqual({
      kind: 'restrictions',
      restrictions: [{ ...permitOnly, studies: [] }],
    })
  })
})

describe('mergeRestrictions', () => {
  test('MS-14: keeps every rule of every source, and the same rule once', () => {
    const one: Restriction = { type, id: 'a', effect: 'deny', resourceTypes: ['ImagingStudy'] }
    const other: Restriction = { ...one, resourceTypes: ['Patient'] }
    expect(mergeRestrictions([one], [one, other], [])).toEqual([one, other])
    expect(mergeRestrictions()).toEqual([])
  })
})
