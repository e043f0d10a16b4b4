type Optional<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T]

/** `T` with its members that may be `undefined` made absent instead. */
export type Defined<T> = Omit<T, Optional<T>> & { [K in Optional<T>]?: Exclude<T[K], undefined> }

/** An object without its `undefined` members, as `exactOptionalPropertyTypes` wants optional members to be. */
export const withoutUndefined = <T extends Readonly<Record<string, unknown>>>(members: T): Defined<T> => {
  const defined: Record<string, unknown> = {}
  for (const name of Object.keys(members)) if (members[name] !== undefined) defined[name] = members[name]
  return defined as Defined<T>
}
