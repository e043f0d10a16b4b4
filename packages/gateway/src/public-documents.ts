import { type Answer, json } from './answer.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { Env, FetchOptions } from './env.ts'
import { isResource, parseJson, type Resource } from './fhir/json.ts'
import { rewriteStatement } from './fhir/metadata.ts'
import type { Capabilities } from './fhir/search-context.ts'
import { capabilitiesOf, type OpenLocation } from './open-location.ts'

/** The two documents that need no token, and the upstream's own statement of what it can search. */
export type PublicDocuments = {
  readonly smartConfiguration: () => Promise<Answer>
  readonly metadata: () => Promise<Answer>
  /** What the upstream can search, by its own statement and the operator's word. */
  readonly capabilities: () => Promise<Capabilities>
}

const fetching: FetchOptions = { headers: { accept: 'application/json' }, timeoutSeconds: 5, maxBytes: 1024 * 1024 }
const freshSeconds = 300
const staleSeconds = 24 * 3600
const retrySeconds = 10

type Kept<T> = { readonly value: T; readonly at: number }

/** Keeps a document: fresh for five minutes, usable for a day while its source is down, asked for at most every ten seconds. */
const keep = <T>(load: () => Promise<T>, env: Env, freshFor = freshSeconds): (() => Promise<T | undefined>) => {
  let kept: Kept<T> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  const refresh = async (): Promise<void> => {
    askedAt = env.now()
    try {
      kept = { value: await load(), at: env.now() }
    } catch (error) {
      env.log('warn', 'document.unavailable', {}, error)
    }
  }
  return async () => {
    const now = env.now()
    const isFresh = kept !== undefined && now - kept.at < freshFor
    if (!isFresh && (running !== undefined || now - askedAt > retrySeconds)) {
      running ??= refresh().finally(() => {
        running = undefined
      })
      await running
    }
    return kept !== undefined && env.now() - kept.at < staleSeconds ? kept.value : undefined
  }
}

/** Both are what an app needs before it can have a token, and say nothing of a person. Spec: AL-16, AL-30, BS-21, CF-01, CF-02, CF-03, IN-22 */
export const publicDocuments = (open: OpenLocation, env: Env): PublicDocuments => {
  const { base, upstream } = open.config
  const { issuer } = open.issuer.config
  const configuration = keep(async () => {
    const { status, body } = await env.fetch(
      `${issuer}/.well-known/smart-configuration?base=${encodeURIComponent(base)}`,
      fetching,
    )
    const text = new TextDecoder().decode(body)
    if (status !== 200 || parseJson(text) === undefined) throw new Error(`smart-configuration: status ${status}`)
    return text
  }, env)
  const fromUpstream = keep(() => readStatement(open, env), env, 3600)
  const statement = async (): Promise<Resource | undefined> =>
    isResource(upstream.capabilities) ? upstream.capabilities : fromUpstream()

  let listed: { readonly of: Resource | undefined; readonly capabilities: Capabilities } | undefined

  return {
    smartConfiguration: async () => {
      const text = await configuration()
      if (text === undefined) throw new DeniedError(deny('unavailable', { retryAfter: 10 }))
      return { status: 200, headers: [['content-type', 'application/json']], body: text }
    },
    metadata: async () => {
      const found = await statement()
      if (found === undefined) throw new DeniedError(deny('unavailable', { retryAfter: 10 }))
      return json(200, rewriteStatement(found, open.fhir))
    },
    capabilities: async () => {
      const found = await statement()
      if (listed === undefined || listed.of !== found)
        listed = { of: found, capabilities: capabilitiesOf(found, upstream.searchParameters) }
      return listed.capabilities
    },
  }
}

const readStatement = async (open: OpenLocation, env: Env): Promise<Resource> => {
  const answer = await env.upstream({
    location: open.config.base,
    method: 'GET',
    target: 'metadata',
    headers: { accept: 'application/fhir+json' },
    take: 'bytes',
    maxBytes: 16 * 1024 * 1024,
  })
  const value =
    answer.status === 200 && answer.body instanceof Uint8Array
      ? parseJson(Buffer.from(answer.body).toString('utf8'))
      : undefined
  if (!isResource(value) || value.resourceType !== 'CapabilityStatement')
    throw new Error(`metadata: status ${answer.status}`)
  return value
}
