import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Item } from './restrict.ts'
import { restrict } from './restrict.ts'
import type { Restriction } from './restriction.ts'
import { mergeRestrictions, parseRestrictions, restrictionType as type } from './restriction.ts'

const study: Item = {
  location: 'https://img/fhir',
  type: 'ImagingStudy',
  action: 'r',
  now: 1_000,
  securityLabels: ['http://x|R'],
  studies: ['urn:oid:1'],
  accession: [{ system: 'https://ehr', value: 'A1' }],
  modalities: ['http://dcm|US', 'http://dcm|CT'],
  bodySites: ['CHEST'],
  when: { start: '2020-05-01', end: '2020-05-03' },
  encounters: ['Encounter/1'],
  purposeOfUse: ['TREAT'],
}

const deny = (members: Partial<Restriction>): Restriction => ({ type, id: 'd', effect: 'deny', ...members })
const permitOnly = (members: Partial<Restriction>): Restriction => ({
  type,
  id: 'p',
  effect: 'permit-only',
  ...members,
})
const isPermitted = (rule: Restriction, item: Partial<Item> = {}): boolean =>
  restrict([rule], { ...study, ...item }).kind === 'permitted'

describe('deny', () => {
  test.each<[string, Partial<Restriction>]>([
    ['everything', {}],
    ['the location, whatever its last slash', { locations: ['https://img/fhir/'] }],
    ['one of several locations', { locations: ['https://other', 'https://img/fhir'] }],
    ['the type', { resourceTypes: ['Patient', 'ImagingStudy'] }],
    ['the action', { actions: ['r'] }],
    ['a label', { securityLabels: ['http://x|V', 'http://x|R'] }],
    ['the study', { studies: ['urn:oid:1'] }],
    ['the accession number', { accession: [{ system: 'https://ehr', value: 'A1' }] }],
    ['one of its modalities', { modalities: ['US'] }],
    ['a modality by system', { modalities: ['http://dcm|US'] }],
    ['a body site whose system is not known', { bodySites: ['http://snomed|CHEST'] }],
    ['a time that overlaps', { period: { start: '2020-05-03', end: '2020-06' } }],
    ['a time with an open end', { period: { start: '2020' } }],
    ['the encounter', { encounters: ['Encounter/1'] }],
    ['an encounter that may be the same under another name', { encounters: ['https://ehr/fhir/Encounter/9'] }],
    ['one encounter for sure not, one perhaps', { encounters: ['Encounter/2', 'https://ehr/fhir/Encounter/9'] }],
    ['the purpose', { purposeOfUse: ['TREAT'] }],
    ['a study of a type', { resourceTypes: ['ImagingStudy'], studies: ['urn:oid:1'] }],
    ['for a time that lasts', { until: 1_001 }],
  ])('MS-14: withholds %s', (_, members) => expect(isPermitted(deny(members))).toBe(false))

  test.each<[string, Partial<Restriction>]>([
    ['another location', { locations: ['https://img/fhir2'] }],
    ['another type', { resourceTypes: ['Patient'] }],
    ['another action', { actions: ['s'] }],
    ['another label', { securityLabels: ['http://x|V'] }],
    ['another study', { studies: ['urn:oid:2'] }],
    ['another accession number', { accession: [{ system: 'https://ehr', value: 'A2' }] }],
    ['the number of another system', { accession: [{ system: 'https://other', value: 'A1' }] }],
    ['another modality', { modalities: ['MR', 'http://other|US'] }],
    ['another body site', { bodySites: ['http://snomed|HEAD'] }],
    ['a time that ends the day before', { period: { end: '2020-04-30' } }],
    ['a time that begins the day after', { period: { start: '2020-05-04' } }],
    ['another encounter', { encounters: ['Encounter/2'] }],
    ['another purpose', { purposeOfUse: ['HRESCH'] }],
    ['the study of another type', { resourceTypes: ['Patient'], studies: ['urn:oid:1'] }],
    ['for a time that is over', { until: 1_000 }],
  ])('MS-14: lets pass: %s', (_, members) => expect(isPermitted(deny(members))).toBe(true))

  test('MS-13: withholds what may be meant, because a fact is not known', () => {
    expect(isPermitted(deny({ studies: ['urn:oid:9'] }), { studies: undefined })).toBe(false)
    expect(isPermitted(deny({ studies: ['urn:oid:9'] }), { studies: [] })).toBe(true)
    expect(isPermitted(deny({ period: { end: '1999' } }), { when: undefined })).toBe(false)
    expect(isPermitted(deny({ period: { end: '1999' } }), { when: {} })).toBe(false)
    expect(isPermitted(deny({ period: { end: '1999' } }), { when: { start: '2020' } })).toBe(true)
    expect(isPermitted(deny({ period: { start: '2020' } }), { when: { end: '1999' } })).toBe(true)
    expect(isPermitted(deny({ period: { end: '1999' } }), { when: { start: 'long ago' } })).toBe(false)
    expect(isPermitted(deny({ accession: [{ system: 's', value: 'A1' }] }), { accession: [{ value: 'A1' }] })).toBe(
      false,
    )
    expect(isPermitted(deny({ accession: [{ system: 's', value: 'A1' }] }), { accession: [{ system: 's' }] })).toBe(
      false,
    )
  })
})

describe('permit-only', () => {
  test.each<[string, Partial<Restriction>]>([
    ['its type', { resourceTypes: ['ImagingStudy'] }],
    ['its study', { studies: ['urn:oid:1', 'urn:oid:2'] }],
    ['all of its modalities', { modalities: ['CT', 'US'] }],
    ['its label', { securityLabels: ['http://x|R'] }],
    ['its encounter', { encounters: ['Encounter/1'] }],
    ['its accession number', { accession: [{ system: 'https://ehr', value: 'A1' }] }],
    ['its time', { period: { start: '2020-05', end: '2020-05' } }],
    ['its time to the day', { period: { start: '2020-05-01', end: '2020-05-03' } }],
    ['other studies of another type', { resourceTypes: ['Patient'], studies: ['urn:oid:2'] }],
    ['other studies for another action', { actions: ['c'], studies: ['urn:oid:2'] }],
    ['other studies elsewhere', { locations: ['https://other'], studies: ['urn:oid:2'] }],
    ['its study until later', { studies: ['urn:oid:1'], until: 1_001 }],
  ])('MS-14: lets pass: %s', (_, members) => expect(isPermitted(permitOnly(members))).toBe(true))

  test.each<[string, Partial<Restriction>]>([
    ['another type', { resourceTypes: ['Patient'] }],
    ['another action', { actions: ['s'] }],
    ['another study', { studies: ['urn:oid:2'] }],
    ['no study', { studies: [] }],
    ['one of its modalities only', { modalities: ['US'] }],
    ['a time it begins before', { period: { start: '2020-05-02' } }],
    ['a time it ends after', { period: { end: '2020-05-02' } }],
    ['another purpose', { purposeOfUse: ['HRESCH'] }],
    ['an encounter that may be another', { encounters: ['https://ehr/fhir/Encounter/1'] }],
    ['one of two members', { studies: ['urn:oid:1'], modalities: ['MR'] }],
    ['its study until now', { studies: ['urn:oid:1'], until: 1_000 }],
    ['its type until now', { resourceTypes: ['ImagingStudy'], until: 1_000 }],
  ])('MS-14: withholds what is outside: %s', (_, members) => expect(isPermitted(permitOnly(members))).toBe(false))

  test('MS-13: withholds what has no such fact, or an unknown one', () => {
    expect(isPermitted(permitOnly({ studies: ['urn:oid:1'] }), { studies: undefined })).toBe(false)
    expect(isPermitted(permitOnly({ studies: ['urn:oid:1'] }), { studies: [] })).toBe(false)
    expect(isPermitted(permitOnly({ period: { start: '1900' } }), { when: { end: '2020' } })).toBe(false)
  })
})

const list = (...values: readonly string[]) => fc.option(fc.subarray([...values]), { nil: undefined })
const facts = fc.record({
  type: fc.constantFrom('ImagingStudy', 'Patient'),
  action: fc.constantFrom<'r' | 's'>('r', 's'),
  studies: list('urn:oid:1', 'urn:oid:2'),
  modalities: list('US', 'x|US', 'CT'),
  encounters: list('Encounter/1', 'https://a/Encounter/1'),
  when: fc.constantFrom(undefined, {}, { start: '2020' }, { start: '2020-02', end: '2021' }),
})
const items: fc.Arbitrary<Item> = facts.map((known) => ({ ...study, ...known }))
const parsed = fc
  .record(
    {
      effect: fc.constantFrom('deny', 'permit-only'),
      resourceTypes: fc.subarray(['ImagingStudy', 'Patient']),
      actions: fc.subarray(['r', 's']),
      studies: fc.subarray(['urn:oid:1', 'urn:oid:2']),
      modalities: fc.subarray(['US', 'x|US', 'CT']),
      encounters: fc.subarray(['Encounter/1', 'https://a/Encounter/1']),
      period: fc.constantFrom({ start: '2020' }, { end: '2020-06' }, { start: '2020', end: '2022' }),
      until: fc.constantFrom(999, 1_001),
      obligations: fc.subarray(['no-store', 'audit-detail']),
    },
    { requiredKeys: ['effect'] },
  )
  .map((members) => parseRestrictions([{ type, id: 'x', ...members }]))
  .filter((answer) => answer.kind === 'restrictions')
  .map(({ restrictions }) => restrictions)

const permits = (rules: readonly Restriction[], item: Item): boolean => restrict(rules, item).kind === 'permitted'

describe('restrict', () => {
  test('MS-14: no rules, no limits; the first rule that withholds is named', () => {
    expect(restrict([], study)).toEqual({ kind: 'permitted', obligations: [] })
    expect(restrict([permitOnly({ studies: ['urn:oid:1'] }), deny({ studies: ['urn:oid:1'] })], study)).toEqual({
      kind: 'withheld',
      by: 'd',
    })
  })

  test('MS-14: gathers each obligation of the rules that name the item once', () => {
    const rules = [
      deny({ studies: ['urn:oid:2'], obligations: ['no-store'] }),
      permitOnly({ studies: ['urn:oid:1'], obligations: ['audit-detail', 'no-store'] }),
    ]
    expect(restrict(rules, study)).toEqual({ kind: 'permitted', obligations: ['no-store', 'audit-detail'] })
    expect(restrict([deny({ studies: ['urn:oid:2'] })], study)).toEqual({ kind: 'permitted', obligations: [] })
    const elsewhere = rules.map((rule) => ({ ...rule, resourceTypes: ['Patient'] }))
    expect(restrict(elsewhere, study)).toEqual({ kind: 'permitted', obligations: [] })
  })

  test('MS-14: merging only narrows: an item passes both sources or it does not pass', () => {
    fc.assert(
      fc.property(parsed, parsed, items, (a, b, item) => {
        expect(permits(mergeRestrictions(a, b), item)).toBe(permits(a, item) && permits(b, item))
      }),
    )
  })

  test('MS-13: to know less about an item never lets it pass', () => {
    const members = fc.constantFrom('studies', 'modalities', 'encounters', 'when')
    fc.assert(
      fc.property(parsed, items, members, (rules, item, member) => {
        if (permits(rules, { ...item, [member]: undefined })) expect(permits(rules, item)).toBe(true)
      }),
    )
  })

  test('MS-13: what comes back from JSON restricts the same', () => {
    fc.assert(
      fc.property(parsed, (rules) => {
        expect(parseRestrictions(JSON.parse(JSON.stringify(rules)))).toEqual({
          kind: 'restrictions',
          restrictions: rules,
        })
      }),
    )
  })
})
