import { Readable } from 'node:stream'
import type { Answer } from './answer.ts'
import { json } from './answer.ts'
import { DeniedError, deny, isDenial } from './denial-reasons.ts'
import { type Exchange, resourceOf, send, textOf } from './exchange.ts'
import { throughContext } from './fhir/binary.ts'
import { coversAll, gate } from './fhir/cover.ts'
import type { Deciding } from './fhir/deciding.ts'
import { textAt } from './fhir/json.ts'
import { moveUrls } from './fhir/rewrite.ts'
import { type Forwarding, headersFrom, upstreamDenial } from './forward.ts'
import { learn } from './look-up.ts'

/**
 * Content of a Binary whose owner was proven. A security context that only now shows closes it all the same; native content is
 * piped as a download, so that nothing in it runs as a page of ours. Spec: GW-18, THR-30
 */
export const forwardContent = async ({ allowed, deciding, parsed, exchange }: Forwarding): Promise<Answer> => {
  const accept = parsed.native ?? 'application/fhir+json'
  const call = { ...allowed.call, headers: { ...allowed.call.headers, accept } }
  const isNative = parsed.native !== undefined
  const answer = await send(call, exchange, isNative ? 'stream' : 'bytes')
  const { body } = answer
  const stop = (error: DeniedError): never => {
    if (body instanceof Readable) body.destroy()
    throw error
  }
  if (answer.status !== 200) return stop(new DeniedError(upstreamDenial(answer.status)))
  const resource = body instanceof Uint8Array ? resourceOf(textOf(answer)) : undefined
  const context = answer.headers['x-security-context'] ?? textAt(resource?.securityContext, 'reference')
  if (context !== undefined && !(await isOpen(context, { deciding, exchange })))
    return stop(new DeniedError(deny('not-found')))
  const headers = headersFrom(answer, exchange)
  const { publicBase, upstreamBase } = exchange.open.fhir.bases
  if (resource !== undefined) return json(200, moveUrls(resource, upstreamBase, publicBase), headers)
  const type = answer.headers['content-type'] ?? 'application/octet-stream'
  return { status: 200, headers: [['content-type', type], ['content-disposition', 'attachment'], ...headers], body }
}

type Around = { readonly deciding: Deciding; readonly exchange: Exchange }

const isOpen = async (context: string, { deciding, exchange }: Around): Promise<boolean> => {
  const open = gate('r', 'Binary', deciding)
  if (!isDenial(open) && coversAll(open, deciding)) return true
  const access = throughContext(context, deciding)
  if (typeof access === 'boolean') return access
  const known = await learn(access.wants, deciding.known, exchange)
  return throughContext(context, { ...deciding, known }) === true
}
