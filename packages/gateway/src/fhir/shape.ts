import type { Json, Resource } from './json.ts'
import type { Shape } from './search-control.ts'

const always: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta'])

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

/**
 * Reduces a resource to what was asked to be shown. Runs after judging: an upstream that had left elements out would have
 * taken away what judging looks at.
 */
export const shapeResource = (resource: Resource, { elements, withoutText }: Shape): Resource => {
  if (elements === undefined && !withoutText) return resource
  const shown = new Set(elements)
  const kept = Object.entries(resource).filter(([name]) =>
    elements === undefined ? name !== 'text' : always.has(name) || shown.has(name) || shown.has(name.replace(/^_/, '')),
  )
  const meta = (resource.meta ?? {}) as Json
  const tags = Array.isArray(meta.tag) ? meta.tag : []
  return {
    ...Object.fromEntries(kept),
    resourceType: resource.resourceType,
    meta: { ...meta, tag: [...tags, subsetted] },
  }
}
