import { type Endpoint, type Input, singleHeader } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Reason } from '../errors/reasons.ts'
import { hashSecret } from '../secret.ts'
import { type Caller, guessWindow } from './guess-limit.ts'

/** Failures that somebody who tries values would cause; a paused or ended grant is none. */
const guesses: ReadonlySet<Reason> = new Set<Reason>([
  'client:authentication-failed',
  'token:code-unknown',
  'token:code-other-client',
  'token:verifier-wrong',
  'token:refresh-unknown',
  'token:bearer-invalid',
])

/**
 * The endpoint, closed for a while to a client at an address that guesses too often. Other clients and addresses notice
 * nothing. Throws `request:rate-limited` (429 with `Retry-After`).
 *
 * Spec: THR-39, tokens-and-devices §10
 */
export const limitGuesses =
  (endpoint: Endpoint<Env>): Endpoint<Env> =>
  async (input, env) => {
    const callers = callersOf(input)
    if (await env.guesses.isOver(callers))
      throw new OAuthError('request:rate-limited', {
        description: 'Too many failed attempts. Wait a minute.',
        headers: { 'retry-after': String(guessWindow) },
      })
    try {
      return await endpoint(input, env)
    } catch (error) {
      if (error instanceof OAuthError && guesses.has(error.reason)) await env.guesses.fail(callers)
      throw error
    }
  }

/** Failures a minute of one client at one address: far beyond bad luck, far below what guessing needs. */
const mostPerClient = 100
/** The same of all clients at one address: a hospital's whole staff may stand behind it. */
const mostPerAddress = 1000

/** Who calls, as far as can be said before anything is proven: the address, and the client named there. */
const callersOf = (input: Input): readonly Caller[] => {
  const { remoteAddress } = input
  return [
    { name: hashSecret(`guess ${remoteAddress} ${claimedClient(input)}`), most: mostPerClient },
    { name: hashSecret(`guess ${remoteAddress}`), most: mostPerAddress },
  ]
}

/** The id in the form, or the user of Basic credentials; never the secret. */
const claimedClient = (input: Input): string => {
  const [, basic] = /^basic +(\S+)$/i.exec(singleHeader(input, 'authorization') ?? '') ?? []
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] ?? ''
  return input.form?.find(([name]) => name === 'client_id')?.[1] ?? ''
}
