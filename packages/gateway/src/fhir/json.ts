/**
 * The FHIR half of the gateway: what a request means, whose data it touches, and what of an answer may pass.
 *
 * Everything here that decides (`decide*`, `search`, `match`, `compartment`, `cover`, `filter`) is pure: it takes parsed
 * values and gives values. Fetching what a decision wants to know is `settle.ts`, sending is `forward.ts`; neither HTTP nor
 * DICOM is known here. FHIRPath is never evaluated; the definitions were turned into plain paths when the code was built.
 */

/** A JSON object, unchecked. */
export type Json = Readonly<Record<string, unknown>>

/** A resource as it came: its type is known, the rest is looked at through paths. */
export type Resource = Json & { readonly resourceType: string }

/** Narrows to a JSON object (not null, not an array). */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Narrows to an object that says what resource it is. */
export const isResource = (value: unknown): value is Resource =>
  isObject(value) && typeof value.resourceType === 'string'

/** The value as a list: an array as it is, nothing as none, anything else alone. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

/** The objects of a list; whatever is not an object is left out. */
export const objectsOf = (value: unknown): readonly Json[] => listOf(value).filter(isObject)

/** The string at a name, or `undefined` when there is none. */
export const textAt = (value: unknown, name: string): string | undefined => {
  const found = isObject(value) ? value[name] : undefined
  return typeof found === 'string' ? found : undefined
}

/** `meta.versionId` of a resource. */
export const versionOf = (resource: Resource): string | undefined => textAt(resource.meta, 'versionId')

/**
 * JSON text of a client → value; `undefined` when it does not parse, is nested deeper than `depth`, or has a member called
 * `__proto__`, which is data to one reader and a prototype to another.
 */
export const parseJson = (text: string, depth = 64): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    return isUnsafe(value, depth) ? undefined : value
  } catch {
    return undefined
  }
}

const isUnsafe = (value: unknown, depth: number): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  for (const [name, member] of Object.entries(value))
    if (name === '__proto__' || isUnsafe(member, depth - 1)) return true
  return false
}
