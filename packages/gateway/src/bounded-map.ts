/** A map that forgets its oldest entries when it is full: for caches, whose loss costs time and nothing else. */
export type BoundedMap<V> = {
  readonly get: (key: string) => V | undefined
  readonly set: (key: string, value: V) => void
  readonly delete: (key: string) => void
}

/** An empty map for at most `size` entries, the least recently written leaving first. */
export const boundedMap = <V>(size: number): BoundedMap<V> => {
  const entries = new Map<string, V>()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > size) entries.delete(entries.keys().next().value ?? key)
    },
    delete: (key) => void entries.delete(key),
  }
}
