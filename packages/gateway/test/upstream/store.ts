import type { Resource } from '../../src/fhir/json.ts'

/** One version of a record in the test upstream; `resource` is absent when this version is a deletion. */
export type Version = { readonly version: string; readonly at: string; readonly resource: Resource | undefined }

/** A FHIR server's data: every version of every record, oldest first. */
export type Store = {
  readonly records: Map<string, Version[]>
  readonly current: (key: string) => Version | undefined
  readonly put: (resource: Resource) => Version
  readonly remove: (key: string) => Version
  readonly all: (type: string) => readonly Resource[]
  readonly newId: () => string
}

/** A store with these resources in it, each at version 1 unless it comes with several in order. */
export const createStore = (resources: readonly Resource[]): Store => {
  const records = new Map<string, Version[]>()
  let counter = 0
  /** The same for every record at the same version, so that what is stored beside a record never shows in its times. */
  const stampOf = (version: string): string => new Date(Date.UTC(2026, 0, Number(version))).toISOString()
  const append = (key: string, resource: Resource | undefined): Version => {
    const versions = records.get(key) ?? []
    const version = String(versions.length + 1)
    const at = stampOf(version)
    const meta = { ...(typeof resource?.meta === 'object' ? resource.meta : {}), versionId: version, lastUpdated: at }
    const entry = { version, at, resource: resource && ({ ...resource, meta } as Resource) }
    records.set(key, [...versions, entry])
    return entry
  }
  const store: Store = {
    records,
    current: (key) => records.get(key)?.at(-1),
    put: (resource) => append(`${resource.resourceType}/${resource.id}`, resource),
    remove: (key) => append(key, undefined),
    all: (type) =>
      [...records.entries()]
        .filter(([key]) => key.startsWith(`${type}/`))
        .flatMap(([, versions]) => versions.at(-1)?.resource ?? []),
    newId: () => {
      counter += 1
      return `new-${counter}`
    },
  }
  for (const resource of resources) store.put(resource)
  return store
}
