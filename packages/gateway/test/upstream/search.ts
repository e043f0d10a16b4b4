import { splitValue } from '../../src/fhir/escape.ts'
import { isObject, type Resource } from '../../src/fhir/json.ts'
import { compileQuery } from '../../src/fhir/match.ts'
import { valuesAt } from '../../src/fhir/path.ts'
import { type LocationUrls, parseReference } from '../../src/fhir/reference.ts'
import { parameterOf } from '../../src/fhir/search-parameters.ts'
import type { Parameter } from '../../src/upstream-call.ts'
import type { Store } from './store.ts'

/** The matches of a search in a store, unsorted; parameters are AND-ed. Throws `Unknown` for one the server does not have. */
export const findMatches = (
  store: Store,
  type: string,
  { parameters, bases }: { readonly parameters: readonly Parameter[]; readonly bases: LocationUrls },
): readonly Resource[] =>
  store.all(type).filter((resource) => parameters.every((parameter) => accepts(store, resource, { parameter, bases })))

/** A parameter the server does not know: with `handling=strict` the search fails. */
export class Unknown extends Error {}

type Asking = { readonly parameter: Parameter; readonly bases: LocationUrls }

const accepts = (store: Store, resource: Resource, { parameter, bases }: Asking): boolean => {
  const { name, value } = parameter
  if (name.startsWith('_has:')) return hasAccepts(store, resource, { parameter, bases })
  const [own = '', ...chain] = name.split('.')
  const [code = '', modifier] = own.split(':')
  const definition = parameterOf(resource.resourceType, code)
  if (definition === undefined) throw new Unknown(name)
  if (chain.length > 0)
    return chainAccepts(store, resource, { link: { code, modifier, rest: chain.join('.') }, value, bases })
  const found = definition.paths.flatMap((path) => valuesAt(resource, path))
  if (modifier === 'missing') return (found.length === 0) === (value === 'true')
  if (modifier === 'identifier')
    return found.some(
      (each) =>
        isObject(each) && isObject(each.identifier) && String(each.identifier.value) === value.split('|').at(-1),
    )
  const asked = modifier !== undefined && definition.kind === 'reference' ? `${modifier}/${value}` : value
  if (definition.paths.length === 0) return true
  const matches = compileQuery(resource.resourceType, [{ name: code, value: asked }], { bases })
  if (matches === undefined) return false
  return modifier === 'not' ? !matches(resource) : matches(resource)
}

type Link = { readonly code: string; readonly modifier: string | undefined; readonly rest: string }

const chainAccepts = (
  store: Store,
  resource: Resource,
  { link, value, bases }: { readonly link: Link; readonly value: string; readonly bases: LocationUrls },
): boolean => {
  const definition = parameterOf(resource.resourceType, link.code)
  return (definition?.paths ?? [])
    .flatMap((path) => valuesAt(resource, path))
    .some((found) => {
      const reference = parseReference(isObject(found) ? String(found.reference) : '', bases)
      if (reference.kind !== 'local' || (link.modifier !== undefined && link.modifier !== reference.type)) return false
      const target = store.current(`${reference.type}/${reference.id}`)?.resource
      return target !== undefined && accepts(store, target, { parameter: { name: link.rest, value }, bases })
    })
}

const hasAccepts = (store: Store, resource: Resource, { parameter, bases }: Asking): boolean => {
  const [, type = '', link = '', ...rest] = parameter.name.split(':')
  const back = { name: link, value: `${resource.resourceType}/${resource.id}` }
  return (
    findMatches(store, type, { parameters: [back, { name: rest.join(':'), value: parameter.value }], bases }).length > 0
  )
}

/** What `_include` and `_revinclude` add to these matches, `:iterate` going on from what was added. */
export const findIncludes = (
  store: Store,
  matches: readonly Resource[],
  { parameters, bases }: { readonly parameters: readonly Parameter[]; readonly bases: LocationUrls },
): readonly Resource[] => {
  const added = new Map<string, Resource>()
  const isMatch = new Set(matches.map(keyOf))
  let frontier = matches
  for (let round = 0; round < 3 && frontier.length > 0; round += 1) {
    const asked = parameters.filter(({ name }) => round === 0 || name.endsWith(':iterate'))
    const found = asked.flatMap((parameter) => include(store, frontier, { parameter, bases }))
    frontier = found.filter((resource) => !isMatch.has(keyOf(resource)) && !added.has(keyOf(resource)))
    for (const resource of frontier) added.set(keyOf(resource), resource)
  }
  return [...added.values()]
}

const keyOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`

const include = (store: Store, from: readonly Resource[], { parameter, bases }: Asking): readonly Resource[] => {
  const [type = '', code = '', target] = parameter.value.split(':')
  if (parameter.name.startsWith('_revinclude'))
    return from.flatMap((resource) =>
      findMatches(store, type, { parameters: [{ name: code, value: keyOf(resource) }], bases }),
    )
  const paths = parameterOf(type, code)?.paths ?? []
  return from
    .filter(({ resourceType }) => resourceType === type)
    .flatMap((resource) => paths.flatMap((path) => valuesAt(resource, path)))
    .map((found) => parseReference(isObject(found) ? String(found.reference) : '', bases))
    .flatMap((found) =>
      found.kind === 'local' && (target ?? found.type) === found.type
        ? (store.current(`${found.type}/${found.id}`)?.resource ?? [])
        : [],
    )
}

/** Sorts by the parameters of `_sort`, text by text; ties by id, so that pages are stable. */
export const sorted = (resources: readonly Resource[], sort: string | undefined): readonly Resource[] => {
  const keys = splitValue(sort ?? '', ',').filter((key) => key !== '')
  const sortKey = (resource: Resource, key: string): string => {
    const [first] = (parameterOf(resource.resourceType, key)?.paths ?? []).flatMap((path) => valuesAt(resource, path))
    return typeof first === 'string' ? first : JSON.stringify(first ?? '')
  }
  return resources.toSorted((left, right) => {
    for (const key of keys) {
      const name = key.replace(/^-/, '')
      const order = sortKey(left, name).localeCompare(sortKey(right, name))
      if (order !== 0) return key.startsWith('-') ? -order : order
    }
    return String(left.id).localeCompare(String(right.id))
  })
}
