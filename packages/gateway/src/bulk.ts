import { Transform } from 'node:stream'
import { type Answer, empty, json, type Pair } from './answer.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import { type Exchange, resourceOf, send, textOf } from './exchange.ts'
import { judge } from './fhir/cover.ts'
import type { Deciding } from './fhir/deciding.ts'
import { isResource, type Json, objectsOf, textAt } from './fhir/json.ts'
import type { FhirRequest } from './fhir/request.ts'
import { moveUrls } from './fhir/rewrite.ts'
import { type Forwarding, headersFrom, upstreamDenial } from './forward.ts'
import { seal, unseal } from './links.ts'

const purpose = 'bulk'
const linkSeconds = 24 * 3600

type Leads = { readonly kind: 'status' | 'file'; readonly target: string; readonly types: readonly string[] }

/** A bulk link: only this client opens it. Spec: GW-26 */
const linkTo = (leads: Leads, { authorization, config, env, open }: Exchange): string => {
  const value = { ...leads, client: authorization.clientId, issuedAt: env.now() }
  return `${open.config.base}/_export/${seal(purpose, value, { keys: config.linkKeys, random: env.random })}`
}

/** Opens a bulk link for a request; `undefined` when it is broken, too old, or of another client. */
export const openBulk = (
  request: Extract<FhirRequest, { interaction: 'export-status' | 'export-cancel' }>,
  { authorization, config, env }: Exchange,
): FhirRequest | undefined => {
  const value = unseal(purpose, request.sealed, config.linkKeys)
  if (value?.client !== authorization.clientId || Number(value.issuedAt) + linkSeconds < env.now()) return undefined
  const { kind, target, types } = value as unknown as Leads
  const isCancel = request.interaction === 'export-cancel'
  if (isCancel && kind === 'file') return undefined
  return { interaction: 'bulk', action: isCancel ? 'cancel' : kind, target, types }
}

/** A URL of the upstream as a path below its base. One that leads elsewhere cannot be fetched with our credential. */
const below = (url: string | undefined, { open }: Exchange): string => {
  const { upstreamBase } = open.fhir.bases
  if (url?.startsWith(`${upstreamBase}/`)) return url.slice(upstreamBase.length + 1)
  throw new DeniedError(deny('answer-not-judged'))
}

/** Starts an export. Where its state can be asked is told sealed. */
export const forwardExport = async (types: readonly string[], { allowed, exchange }: Forwarding): Promise<Answer> => {
  const answer = await send(allowed.call, exchange)
  if (answer.status !== 202) throw new DeniedError(upstreamDenial(answer.status))
  const target = below(answer.headers['content-location'], exchange)
  return empty(202, [['content-location', linkTo({ kind: 'status', target, types }, exchange)]])
}

/** The state of an export: still running, or its manifest with every file behind a link of ours. */
export const forwardManifest = async (types: readonly string[], { allowed, exchange }: Forwarding): Promise<Answer> => {
  const answer = await send(allowed.call, exchange)
  if (answer.status === 202) return empty(202, progressOf(answer.headers))
  if (answer.status !== 200) throw new DeniedError(upstreamDenial(answer.status))
  const manifest: unknown = JSON.parse(textOf(answer))
  const files = (name: string): readonly Json[] =>
    objectsOf((manifest as Json)[name]).flatMap((file) => sealFile(file, types, exchange))
  const { transactionTime } = manifest as Json
  return json(
    200,
    {
      ...(typeof transactionTime === 'string' && { transactionTime }),
      request: `${exchange.open.config.base}/$export`,
      requiresAccessToken: true,
      output: files('output'),
      deleted: [],
      error: [],
    },
    [['content-type', 'application/json']],
  )
}

const progressOf = (headers: Readonly<Record<string, string | undefined>>): readonly Pair[] =>
  ['x-progress', 'retry-after'].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]))

/** `count` would tell how many lines are dropped, so it is left out. */
const sealFile = (file: Json, types: readonly string[], exchange: Exchange): readonly Json[] => {
  const type = textAt(file, 'type') ?? ''
  if (!types.includes(type)) return []
  const target = below(textAt(file, 'url'), exchange)
  return [{ type, url: linkTo({ kind: 'file', target, types: [type] }, exchange) }]
}

/** A file: each line is parsed, judged, and written or dropped. A line that cannot be judged ends the stream. Spec: GW-26 */
export const forwardLines = async (type: string, { allowed, deciding, exchange }: Forwarding): Promise<Answer> => {
  const answer = await send(allowed.call, exchange, 'stream')
  const { body } = answer
  if (body instanceof Uint8Array) throw new DeniedError(deny('answer-not-judged'))
  if (answer.status !== 200) {
    body.destroy()
    throw new DeniedError(upstreamDenial(answer.status))
  }
  const filtered = body.pipe(lineFilter(type, { deciding, exchange }))
  body.once('error', (error) => filtered.destroy(error))
  filtered.once('close', () => body.destroy())
  return {
    status: 200,
    headers: [['content-type', 'application/fhir+ndjson'], ...headersFrom(answer, exchange)],
    body: filtered,
  }
}

type Around = { readonly deciding: Deciding; readonly exchange: Exchange }

const lineFilter = (type: string, { deciding, exchange }: Around): Transform => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const { publicBase, upstreamBase } = exchange.open.fhir.bases
  let rest = ''
  const judged = (line: string): string => {
    if (line.trim() === '') return ''
    const resource = resourceOf(line)
    if (!isResource(resource) || resource.resourceType !== type) throw new DeniedError(deny('answer-not-judged'))
    return judge(resource, 'r', deciding) === 'covered'
      ? `${JSON.stringify(moveUrls(resource, upstreamBase, publicBase))}\n`
      : ''
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        if (rest.length > exchange.config.limits.lineBytes) throw new DeniedError(deny('answer-not-judged'))
        done(null, lines.map(judged).join(''))
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        done(null, judged(rest + decoder.decode()))
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
