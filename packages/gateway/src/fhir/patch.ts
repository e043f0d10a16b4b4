import { isObject, type Json, type Resource } from './json.ts'

/**
 * JSON Patch (RFC 6902), applied here so that what was judged is what is stored. Values are never shared with the original.
 * Gives `undefined` when an operation cannot be applied or a `test` fails.
 */
export const applyJsonPatch = (resource: Resource, operations: readonly unknown[]): Json | undefined => {
  let document: unknown = structuredClone(resource)
  for (const operation of operations) {
    const changed = isObject(operation) ? applyOne(document, operation) : undefined
    if (changed === undefined) return undefined
    document = changed.document
  }
  return isObject(document) ? document : undefined
}

type Changed = { readonly document: unknown }

const applyOne = (document: unknown, { op, path, from, value }: Json): Changed | undefined => {
  const at = pointer(path)
  if (at === undefined) return undefined
  switch (op) {
    case 'add':
      return value === undefined ? undefined : add(document, at, structuredClone(value))
    case 'remove':
      return remove(document, at)
    case 'replace':
      return value === undefined ? undefined : replace(document, at, structuredClone(value))
    case 'test':
      return equal(get(document, at)?.document, value) && value !== undefined ? { document } : undefined
    case 'copy':
    case 'move': {
      const source = pointer(from)
      const found = source && get(document, source)
      if (source === undefined || found === undefined) return undefined
      if (op === 'move' && isBelow(at, source)) return undefined
      const rest = op === 'move' ? remove(document, source) : { document }
      return rest && add(rest.document, at, structuredClone(found.document))
    }
    default:
      return undefined
  }
}

/** `/a/0/b` → its parts; `undefined` when it is no pointer or leads to a prototype. */
const pointer = (text: unknown): readonly string[] | undefined => {
  if (typeof text !== 'string' || !(text === '' || text.startsWith('/'))) return undefined
  const parts = text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return parts.includes('__proto__') || /~[^01]|~$/.test(text) ? undefined : parts
}

const isBelow = (path: readonly string[], parent: readonly string[]): boolean =>
  path.length > parent.length && parent.every((part, at) => path[at] === part)

const indexIn = (list: readonly unknown[], part: string): number | undefined =>
  /^(0|[1-9]\d*)$/.test(part) && Number(part) < list.length ? Number(part) : undefined

const get = (document: unknown, path: readonly string[]): Changed | undefined => {
  let value = document
  for (const part of path) {
    const index = Array.isArray(value) ? indexIn(value, part) : undefined
    if (Array.isArray(value) && index !== undefined) value = value[index]
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part]
    else return undefined
  }
  return { document: value }
}

/** The document with the parent of a path changed. The document is our own copy, so it is changed in place. */
const inParent = (
  document: unknown,
  path: readonly string[],
  change: (parent: Record<string, unknown> | unknown[], part: string) => boolean,
): Changed | undefined => {
  const parent = get(document, path.slice(0, -1))?.document
  const part = path.at(-1)
  if (part === undefined || typeof parent !== 'object' || parent === null) return undefined
  return change(parent as Record<string, unknown> | unknown[], part) ? { document } : undefined
}

const add = (document: unknown, path: readonly string[], value: unknown): Changed | undefined =>
  path.length === 0
    ? { document: value }
    : inParent(document, path, (parent, part) => {
        if (!Array.isArray(parent)) parent[part] = value
        else {
          const index = part === '-' || part === String(parent.length) ? parent.length : indexIn(parent, part)
          if (index === undefined) return false
          parent.splice(index, 0, value)
        }
        return true
      })

const remove = (document: unknown, path: readonly string[]): Changed | undefined =>
  inParent(document, path, (parent, part) => {
    if (Array.isArray(parent)) {
      const index = indexIn(parent, part)
      if (index === undefined) return false
      parent.splice(index, 1)
      return true
    }
    return Object.hasOwn(parent, part) && delete parent[part]
  })

const replace = (document: unknown, path: readonly string[], value: unknown): Changed | undefined =>
  path.length === 0
    ? { document: value }
    : inParent(document, path, (parent, part) => {
        if (Array.isArray(parent)) {
          const index = indexIn(parent, part)
          if (index === undefined) return false
          parent[index] = value
          return true
        }
        if (!Object.hasOwn(parent, part)) return false
        parent[part] = value
        return true
      })

/** Deep equality of JSON values; the order of members does not count. */
export const equal = (left: unknown, right: unknown): boolean => {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, at) => equal(item, right[at]))
  if (!isObject(left) || !isObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  )
}
