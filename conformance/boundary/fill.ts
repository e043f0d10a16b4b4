import { isObject, type Json, type Resource } from '../../packages/gateway/src/fhir/json.ts'
import { parameterOf } from '../../packages/gateway/src/fhir/search-parameters.ts'
import { searchPaths } from '../../packages/gateway/src/fhir/search-paths.data.ts'

/** Puts a value at a path like `participant.actor`, into what is there already; a value that is there stays. */
export const put = <T extends Json>(record: T, path: string, value: unknown): T => {
  const [first = '', ...rest] = path.split('.')
  const before = record[first]
  if (rest.length === 0) return before === undefined ? { ...record, [first]: value } : record
  const [inner, ...others]: readonly unknown[] = Array.isArray(before) ? before : [before]
  const below = put(isObject(inner) ? inner : {}, rest.join('.'), value)
  return { ...record, [first]: [below, ...others] }
}

const code = (value: string): Json => ({ system: 'urn:codes', code: value })

/** A value of a data type that is someone's alone: searching for it finds that someone's records and no others. */
const exampleOf = (dataType: string, who: string): unknown => {
  const word = `only-${who}`
  switch (dataType) {
    case 'code':
    case 'string':
    case 'markdown':
      return word
    case 'boolean':
      return true
    case 'uri':
    case 'url':
    case 'canonical':
      return `urn:uri:${who}`
    case 'date':
      return '2020-01-02'
    case 'dateTime':
    case 'instant':
      return '2020-01-02T03:04:05Z'
    case 'Period':
      return { start: '2020-01-02', end: '2020-02-03' }
    case 'Coding':
      return code('both')
    case 'CodeableConcept':
      return { coding: [code('both'), code(word)], text: word }
    case 'Identifier':
      return { system: 'urn:ids', value: word }
    case 'ContactPoint':
      return { system: 'phone', value: word }
    case 'HumanName':
      return { family: word, given: [word] }
    case 'Address':
      return { city: word, country: word }
    default:
      return undefined
  }
}

/** Gives a record a value for each search parameter of its type that is no reference, so that every search can find it. */
export const fill = (record: Resource, who: string): Resource => {
  const { resourceType } = record
  const tagged = { ...record, meta: { tag: [code(`only-${who}`), code('both')] } }
  return Object.keys(searchPaths[resourceType] ?? {}).reduce<Resource>((filled, name) => {
    const [path] = parameterOf(resourceType, name)?.paths ?? []
    if (path === undefined || path.steps.some(({ index, where }) => index !== undefined || where !== undefined))
      return filled
    const value = exampleOf(path.dataType, who)
    return value === undefined ? filled : put(filled, path.steps.map((step) => step.name).join('.'), value)
  }, tagged)
}
