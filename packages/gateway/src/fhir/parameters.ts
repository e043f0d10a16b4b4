import { type Denial, deny } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'

const maxParameters = 100

/** Bytes of a query string that are read at all. */
export const maxQueryBytes = 8 * 1024
/** Bytes of a form body that are read at all. */
export const maxFormBytes = 64 * 1024

/**
 * Query string or form → parameters, decoded once, in order; those without a value are dropped. There is one reading: `+` is
 * a space, `;` is no separator, names are case-sensitive. What has two readings is refused. Spec: GW-08
 */
export const parseParameters = (text: string, maxBytes: number): readonly Parameter[] | Denial => {
  if (text.length > maxBytes) return deny('too-large')
  const parameters: Parameter[] = []
  for (const part of text.split('&')) {
    const equals = part.indexOf('=')
    const name = decode(equals < 0 ? part : part.slice(0, equals))
    const value = decode(equals < 0 ? '' : part.slice(equals + 1))
    if (name === undefined || value === undefined) return deny('malformed-query')
    if (name === '' && value !== '') return deny('malformed-query')
    if (value !== '') parameters.push({ name, value })
  }
  return parameters.length > maxParameters ? deny('too-large') : parameters
}

const decode = (text: string): string | undefined => {
  try {
    const decoded = text.includes('%') || text.includes('+') ? decodeURIComponent(text.replaceAll('+', ' ')) : text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    return /[\u0000-\u001f\u007f]/.test(decoded) ? undefined : decoded
  } catch {
    return undefined
  }
}

/** Parameters → query string or form in our one spelling. `parseParameters` reads it back unchanged. */
export const formatParameters = (parameters: readonly Parameter[]): string =>
  parameters.map(({ name, value }) => `${encodeName(name)}=${encodeURIComponent(value)}`).join('&')

const encodeName = (name: string): string => encodeURIComponent(name).replaceAll('%3A', ':')

/** Values of a name, in order. */
export const valuesOf = (parameters: readonly Parameter[], name: string): readonly string[] =>
  parameters.filter((parameter) => parameter.name === name).map(({ value }) => value)
