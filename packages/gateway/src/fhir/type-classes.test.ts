import { isResourceType } from '@gatehouse/scopes'
import { describe, expect, test } from 'vitest'
import { patientCompartment } from './compartment.data.ts'
import { searchPaths } from './search-paths.data.ts'
import { classifiedTypes, classOf, memberPathsOf } from './type-classes.ts'

const types = Object.keys(patientCompartment)

describe('the hand-written classes and the published compartment say the same', () => {
  test('GW-18, THR-23: every type of the CompartmentDefinition has exactly one class', () => {
    expect(classifiedTypes().toSorted()).toEqual(types.toSorted())
    expect(types.every(isResourceType)).toBe(true)
    const count = (name: string): number => types.filter((type) => classOf(type) === name).length
    expect(['about', 'derived', 'shared', 'withheld'].map(count)).toEqual([67, 2, 60, 16])
  })

  test.each(types)('THR-23: %s has the paths of its compartment, each either about or participant', (type) => {
    const published = new Set(Object.values(patientCompartment[type] ?? {}).flat())
    const members = memberPathsOf(type)
    const ours = [...(members?.about ?? []), ...(members?.participants ?? [])]
    expect(new Set(ours).size).toBe(ours.length)
    if (type === 'Device') expect(ours).toEqual(['patient'])
    else if (classOf(type) === 'derived') expect(ours).toEqual([])
    else expect(new Set(ours)).toEqual(published)
  })

  test('a type that is in no list has no class', () => {
    expect(classOf('Parameters')).toBeUndefined()
    expect(classOf('__proto__')).toBeUndefined()
  })

  test('every type has search parameters, and those of every type stand apart', () => {
    expect(Object.keys(searchPaths).toSorted()).toEqual(['*', ...types].toSorted())
  })
})
