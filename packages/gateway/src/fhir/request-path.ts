import { isResourceType } from '@gatehouse/scopes'
import { type Denial, deny } from '../denial-reasons.ts'
import { isId } from './reference.ts'

/** Where a path below the base leads. Methods and bodies are not looked at yet. */
export type FhirPath =
  | { readonly kind: 'root' | 'system-search' | 'system-history' | 'metadata' | 'smart-configuration' }
  | { readonly kind: 'type' | 'type-search' | 'type-history'; readonly type: string }
  | { readonly kind: 'instance' | 'instance-history'; readonly type: string; readonly id: string }
  | { readonly kind: 'version'; readonly type: string; readonly id: string; readonly version: string }
  | {
      readonly kind: 'compartment' | 'compartment-search'
      readonly owner: string
      readonly id: string
      readonly type: string | '*'
    }
  | { readonly kind: 'operation'; readonly name: string; readonly type?: string; readonly id?: string }
  | { readonly kind: 'export'; readonly sealed: string }

/** Types that have a compartment of their own in R4. */
const compartments: ReadonlySet<string> = new Set(['Patient', 'Encounter', 'RelatedPerson', 'Practitioner', 'Device'])

/**
 * The path below a FHIR base (`/Patient/1`) → where it leads. Decoded once; anything with two readings (`%2F`, `//`, `;`, dot
 * segments, non-ASCII) is malformed, anything else that is not a FHIR path is unknown. Spec: GW-08, THR-34
 */
export const parsePathBelow = (path: string): FhirPath | Denial => {
  if (path === '' || path === '/') return { kind: 'root' }
  const segments = splitPath(path)
  if (segments === undefined) return deny('malformed-path')
  return ofSystem(segments) ?? ofType(segments) ?? deny('unknown-path')
}

const splitPath = (path: string): readonly string[] | undefined => {
  if (!/^\/[\x21-\x7e]*$/.test(path) || /%(2f|5c|25|3b)|[;\\]/i.test(path)) return undefined
  try {
    const segments = path.slice(1).split('/').map(decodeURIComponent)
    return segments.every((segment) => /^[\w$.~*-]+$/.test(segment) && !/^\.{1,2}$/.test(segment))
      ? segments
      : undefined
  } catch {
    return undefined
  }
}

const operationName = (segment: string | undefined): string | undefined => /^\$[A-Za-z][\w-]*$/.exec(segment ?? '')?.[0]

const ofSystem = ([first, second, ...more]: readonly string[]): FhirPath | undefined => {
  if (first === '_export' && second !== undefined && more.length === 0) return { kind: 'export', sealed: second }
  if (first === '.well-known' && second === 'smart-configuration' && more.length === 0)
    return { kind: 'smart-configuration' }
  if (second !== undefined) return undefined
  if (first === 'metadata') return { kind: 'metadata' }
  if (first === '_search') return { kind: 'system-search' }
  if (first === '_history') return { kind: 'system-history' }
  const name = operationName(first)
  return name === undefined ? undefined : { kind: 'operation', name }
}

const ofType = ([type, second, third, fourth, ...more]: readonly string[]): FhirPath | undefined => {
  if (type === undefined || !isResourceType(type) || more.length > 0) return undefined
  if (second === undefined) return { kind: 'type', type }
  if (third === undefined && second === '_search') return { kind: 'type-search', type }
  if (third === undefined && second === '_history') return { kind: 'type-history', type }
  const name = operationName(second)
  if (name !== undefined) return third === undefined ? { kind: 'operation', name, type } : undefined
  return isId(second) ? ofInstance({ type, id: second }, third, fourth) : undefined
}

type Instance = { readonly type: string; readonly id: string }

const ofInstance = (
  { type, id }: Instance,
  third: string | undefined,
  fourth: string | undefined,
): FhirPath | undefined => {
  if (third === undefined) return { kind: 'instance', type, id }
  if (third === '_history') {
    if (fourth === undefined) return { kind: 'instance-history', type, id }
    return isId(fourth) ? { kind: 'version', type, id, version: fourth } : undefined
  }
  const name = operationName(third)
  if (name !== undefined) return fourth === undefined ? { kind: 'operation', name, type, id } : undefined
  if (!compartments.has(type) || !(third === '*' || isResourceType(third))) return undefined
  if (fourth === undefined) return { kind: 'compartment', owner: type, id, type: third }
  return fourth === '_search' ? { kind: 'compartment-search', owner: type, id, type: third } : undefined
}
