import type { Row, Value } from './driver.ts'

/** Reading columns: the only place where a row's values get their types. A column of another type is a damaged database. */

/** A text column. */
export const text = (row: Row, column: string): string => {
  const value = row[column]
  if (typeof value !== 'string') throw damaged(column, value)
  return value
}

/** An integer column. */
export const integer = (row: Row, column: string): number => {
  const value = row[column]
  if (typeof value !== 'number') throw damaged(column, value)
  return value
}

/** A text column that may be NULL. */
export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null ? undefined : text(row, column)

/** An integer column that may be NULL. */
export const optionalInteger = (row: Row, column: string): number | undefined =>
  row[column] === null ? undefined : integer(row, column)

/** A text column that holds one of the given words. */
export const word = <const W extends string>(row: Row, column: string, words: readonly W[]): W => {
  const value = row[column]
  const found = words.find((candidate) => candidate === value)
  if (found === undefined) throw damaged(column, value)
  return found
}

/** A JSON column; it holds what the same version or an older one of its record wrote. */
export const document = <T>(row: Row, column: string): T => JSON.parse(text(row, column)) as T

const damaged = (column: string, value: Value | undefined): Error =>
  new Error(`damaged row: column ${column} holds ${value === undefined ? 'nothing' : typeof value}`)
