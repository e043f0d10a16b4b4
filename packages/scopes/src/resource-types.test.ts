import { expect, test } from 'vitest'
import { groupOf, isResourceType, mayRevealOf, resourceGroups, resourceTypes, typesOf } from './resource-types.ts'

test('CON-20: the 146 types of R4 are in 15 groups, each in one', () => {
  expect(resourceTypes).toHaveLength(146)
  expect(new Set(resourceTypes).size).toBe(146)
  expect(resourceGroups()).toHaveLength(15)
  for (const group of resourceGroups()) for (const type of typesOf(group)) expect(groupOf(type)).toBe(group)
  expect(typesOf('system')).toHaveLength(56)
})

test('CON-30: 31 types may reveal what their name does not say', () => {
  expect(resourceTypes.filter((type) => mayRevealOf(type).length > 0)).toHaveLength(31)
  expect(mayRevealOf('Encounter')).toEqual(['mh', 'sud', 'repro'])
  expect(mayRevealOf('Immunization')).toEqual([])
})

test('SC-01: a type is what R4 names, letter by letter', () => {
  for (const name of ['patient', 'Foo', '', '*', 'Resource', 'DomainResource', '__proto__', 'constructor']) {
    expect(isResourceType(name)).toBe(false)
  }
  expect(isResourceType('Patient')).toBe(true)
})
