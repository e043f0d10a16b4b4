import type { Input, Pair } from './answer.ts'
import { OAuthError } from './errors/oauth-error.ts'

/** Parameters of a request by name; every list has at least one value and no value is blank. */
export type Parameters = ReadonlyMap<string, readonly string[]>

const mostParameters = 64
const longestValue = 32 * 1024

/**
 * Pairs → parameters. A parameter without value counts as omitted, unknown ones stay for nobody to read, a repeated one is
 * refused unless it is named in `repeatable`. Control characters never reach a store or a comparison.
 * Throws `request:repeated-parameter`, `request:too-large` and `request:malformed`.
 *
 * Spec: RFC-03
 */
export const parseParameters = (pairs: readonly Pair[], repeatable: readonly string[] = []): Parameters => {
  if (pairs.length > mostParameters)
    throw new OAuthError('request:too-large', { description: `Send at most ${mostParameters} parameters.` })
  const parameters = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    checkValue(name, value)
    if (value === '') continue
    const earlier = parameters.get(name)
    if (earlier === undefined) parameters.set(name, [value])
    else if (repeatable.includes(name)) earlier.push(value)
    else throw new OAuthError('request:repeated-parameter', { description: `Send ${printable(name)} only once.` })
  }
  return parameters
}

/** The parameters of a form body. Throws `request:content-type` when the body was none. Spec: AL-51 */
export const parseForm = (input: Input, repeatable: readonly string[] = []): Parameters => {
  if (input.form === undefined)
    throw new OAuthError('request:content-type', {
      description: 'Send the parameters as application/x-www-form-urlencoded in the request body.',
    })
  return parseParameters(input.form, repeatable)
}

/** The value of a parameter that may be absent. */
export const optional = (parameters: Parameters, name: string): string | undefined => parameters.get(name)?.[0]

/** The value of a parameter that must be there; throws `request:missing-parameter`. */
export const required = (parameters: Parameters, name: string): string => {
  const value = optional(parameters, name)
  if (value === undefined)
    throw new OAuthError('request:missing-parameter', { description: `The parameter ${name} is missing.` })
  return value
}

const checkValue = (name: string, value: string): void => {
  if (name.length + value.length > longestValue)
    throw new OAuthError('request:too-large', { description: `A parameter is longer than ${longestValue} characters.` })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(name + value))
    throw new OAuthError('request:malformed', { description: 'A parameter holds control characters.' })
}

const printable = (name: string): string => (/^[\w.:-]{1,64}$/.test(name) ? name : 'each parameter')
