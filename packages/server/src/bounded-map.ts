/** A map that never grows beyond a number of entries; the one set longest ago leaves. What it forgets must be cheap to find again. */
export type BoundedMap<T> = {
  readonly get: (name: string) => T | undefined
  readonly set: (name: string, value: T) => void
  readonly delete: (name: string) => void
}

/** An empty map for at most `most` entries. */
export const boundedMap = <T>(most: number): BoundedMap<T> => {
  const map = new Map<string, T>()
  return {
    get: (name) => map.get(name),
    set: (name, value) => {
      map.delete(name)
      map.set(name, value)
      const [oldest] = map.size > most ? map.keys() : []
      if (oldest !== undefined) map.delete(oldest)
    },
    delete: (name) => {
      map.delete(name)
    },
  }
}
