/**
 * One question to the token endpoint and its answer, sorted into three kinds. Every grant type goes through here, so that
 * what counts as a refusal and what as bad weather is decided once.
 */
import type { TokenEndpointResponse } from 'oauth4webapi'
import type { App } from './app.ts'
import { type Caller, callerFor, skewOf } from './caller.ts'
import { SmartError, type SmartErrorFields } from './errors.ts'
import type { Server } from './server.ts'
import { isObject, textOf } from './suspension.ts'

/** The server refused, in OAuth's words. */
export type Refusal = {
  readonly kind: 'refused'
  readonly status: number
  readonly error: string
  readonly body: { readonly [member: string]: unknown }
}

/** Nobody can say what happened: no connection, an overloaded server, a proxy's HTML page. Nothing may be given up for it. */
export type Unclear = { readonly kind: 'unclear'; readonly status?: number; readonly retryAfter?: number }

/** What came back. `skew` is the server's clock as seen in this answer. */
export type Answer =
  | { readonly kind: 'tokens'; readonly answer: TokenEndpointResponse; readonly skew: number }
  | Refusal
  | Unclear

/** One grant type's pair of functions. */
export type Grant = {
  readonly send: (caller: Caller) => Promise<Response>
  readonly read: (caller: Caller, response: Response) => Promise<TokenEndpointResponse>
}

/**
 * Asks once; a second time only where DPoP demands it: for a nonce the server wants to see, or when its `Date` shows that our
 * clock made the proof look old.
 *
 * Throws only what `grant.read` throws as `SmartError` (a forged ID token, a bad patient id).
 *
 * Spec: SDK-12, SDK-30, SDK-42
 */
export async function exchange(
  app: App,
  at: { readonly server: Server; readonly skew: number },
  grant: Grant,
): Promise<Answer> {
  const caller = await callerFor(app, at.server, at.skew)
  const first = await askOnce(app, caller, grant)
  if (first.answer.kind !== 'refused' || caller.dpop === undefined) return first.answer
  if (first.answer.error === 'use_dpop_nonce') return (await askOnce(app, caller, grant)).answer
  const skew = first.skew ?? at.skew
  if (first.answer.error !== 'invalid_dpop_proof' || Math.abs(skew - at.skew) <= 5) return first.answer
  return (await askOnce(app, await callerFor(app, at.server, skew), grant)).answer
}

type Asked = { readonly answer: Answer; readonly skew?: number | undefined }

async function askOnce(app: App, caller: Caller, grant: Grant): Promise<Asked> {
  let response: Response
  try {
    response = await grant.send(caller)
  } catch (error) {
    if (error instanceof SmartError && error.reason === 'try-later') return { answer: { kind: 'unclear' } }
    throw error
  }
  const skew = skewOf(response, app.platform.now())
  if (response.status !== 200) return { answer: await readRefusal(response), skew }
  try {
    return { answer: { kind: 'tokens', answer: await grant.read(caller, response), skew: skew ?? 0 }, skew }
  } catch (error) {
    if (error instanceof SmartError) throw error
    return { answer: { kind: 'unclear', status: 200 }, skew }
  }
}

async function readRefusal(response: Response): Promise<Refusal | Unclear> {
  const { status } = response
  const body: unknown = await response.json().catch(() => undefined)
  const error = isObject(body) ? textOf(body.error) : undefined
  if (isObject(body) && error !== undefined && status >= 400 && status < 500 && status !== 429) {
    return { kind: 'refused', status, error, body }
  }
  const retryAfter = retryAfterOf(response)
  return { kind: 'unclear', status, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

/** `Retry-After` in seconds. The form with a date is read against the answer's own `Date`, so no clock is needed. */
function retryAfterOf(response: Response): number | undefined {
  const text = response.headers.get('retry-after')
  if (text === null) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  const seconds = (Date.parse(text) - Date.parse(response.headers.get('date') ?? '')) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds))
}

/** What a refusal says that an error may repeat. Spec: SDK-33, SDK-34 */
export function refusalFields({ status, error, body }: Refusal): SmartErrorFields {
  const errorReason = textOf(body.error_reason)
  const errorUri = textOf(body.error_uri)
  return {
    status,
    error,
    ...(errorReason === undefined ? {} : { errorReason }),
    ...(errorUri === undefined ? {} : { errorUri }),
  }
}

/** A server's own words in brackets, without anything long enough to be a token it repeated. Spec: SDK-33 */
export const printable = (text: unknown): string =>
  typeof text === 'string' ? ` (${text.replace(/[\w.~+/=-]{24,}/g, '…').slice(0, 300)})` : ''

/** The error for an answer that is not tokens, where no session is there to keep anything. */
export function refusedError(answer: Refusal | Unclear, what: string): SmartError {
  if (answer.kind === 'refused') {
    const said = printable(answer.body.error_description)
    return new SmartError('token-refused', `${what} was refused: ${answer.error}${said}`, refusalFields(answer))
  }
  return new SmartError('try-later', `${what} got no usable answer`, {
    ...(answer.status === undefined ? {} : { status: answer.status }),
    ...(answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }),
  })
}
