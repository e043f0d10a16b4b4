import type { MalformedReason, QueryParameter } from './scope.ts'

const isControl = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

/** Percent-decoding, once. `+` stays a plus sign: a scope string is form-decoded before it gets here. */
export const decodeOnce = (text: string): string | undefined => {
  if (!text.includes('%')) return text
  try {
    const decoded = decodeURIComponent(text)
    return isControl(decoded) ? undefined : decoded
  } catch {
    return undefined
  }
}

const mustEncode = /[^\x21\x23\x24\x27-\x5b\x5d-\x7e]/gu

/** Encodes only what would end or break a value in a scope string: space, `"`, `%`, `&`, `\` and all but ASCII. */
export const encodeValue = (value: string): string => value.replaceAll(mustEncode, (part) => encodeURIComponent(part))

const encodeName = (name: string): string => encodeValue(name).replaceAll('=', '%3D')

/**
 * Reads what follows the `?` of a granular scope: split on `&` and on the first `=`, then decode, so that an encoded
 * `&` or `=` stays part of its value.
 *
 * Spec: SC-01, SC-14
 */
export const parseQuery = (text: string): readonly QueryParameter[] | MalformedReason => {
  const query: QueryParameter[] = []
  for (const part of text.split('&')) {
    const equals = part.indexOf('=')
    if (equals < 1 || equals === part.length - 1) return 'bad-query'
    const name = decodeOnce(part.slice(0, equals))
    const value = decodeOnce(part.slice(equals + 1))
    if (name === undefined || value === undefined) return 'bad-encoding'
    query.push({ name, value })
  }
  return query
}

/** The query as text, without the `?`; `parseQuery` reads it back to the same parameters. */
export const formatQuery = (query: readonly QueryParameter[]): string =>
  query.map(({ name, value }) => `${encodeName(name)}=${encodeValue(value)}`).join('&')

/** Splits a value at its unescaped commas: FHIR search reads them as OR, and `\,` as a comma of the value. */
export const splitValues = (value: string): readonly string[] => {
  if (!value.includes(',')) return [value]
  const values: string[] = []
  let start = 0
  for (let index = 0; index < value.length; index++) {
    if (value[index] === '\\') index++
    else if (value[index] === ',') {
      values.push(value.slice(start, index))
      start = index + 1
    }
  }
  values.push(value.slice(start))
  return values
}

/** Whether everything that `narrow` lets through, `wide` lets through too: same name, and all its values among ours. */
const parameterCovers = (wide: QueryParameter, narrow: QueryParameter): boolean => {
  if (wide.name !== narrow.name) return false
  if (wide.value === narrow.value) return true
  const values = new Set(splitValues(wide.value))
  return splitValues(narrow.value).every((value) => values.has(value))
}

/**
 * Whether a query lets through at least what another does. Parameters are AND-ed, so every one of ours must be implied
 * by one of theirs. Values are compared as they are written: `laboratory` does not cover `system|laboratory`, which is
 * sound for every type of search parameter.
 */
export const queryCovers = (wide: readonly QueryParameter[], narrow: readonly QueryParameter[]): boolean =>
  wide.every((parameter) => narrow.some((other) => parameterCovers(parameter, other)))

/**
 * The query that lets through what both do. Two lists of values for one name stay two parameters, never their common
 * values: an element that repeats can match each of them with another of its values.
 */
export const intersectQueries = (
  a: readonly QueryParameter[],
  b: readonly QueryParameter[],
): readonly QueryParameter[] => {
  const kept: QueryParameter[] = []
  for (const parameter of [...a, ...b]) {
    if (kept.some((other) => parameterCovers(parameter, other))) continue
    const narrower = kept.filter((other) => !parameterCovers(other, parameter))
    kept.length = 0
    kept.push(...narrower, parameter)
  }
  return kept
}

/** A token value: `system|code`, `|code` (system is empty) or a bare `code` (no system). */
export type Token = { readonly system: string | undefined; readonly code: string }

/** Reads a token value. */
export const readToken = (value: string): Token => {
  const bar = value.lastIndexOf('|')
  return bar < 0 ? { system: undefined, code: value } : { system: value.slice(0, bar), code: value.slice(bar + 1) }
}
