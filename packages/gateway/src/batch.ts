import { type Answer, json } from './answer.ts'
import { refuse } from './denial.ts'
import { isDenial } from './denial-reasons.ts'
import type { Exchange } from './exchange.ts'
import { readEntries } from './fhir/bundle-entries.ts'
import type { Json, Resource } from './fhir/json.ts'
import type { ParsedRequest } from './fhir/parse-request.ts'

const atOnce = 4

/**
 * A batch: each entry is its own request with its own decision and its own answer, in order, four at a time. Nothing one entry
 * is refused for reaches another. Spec: SC-11, GW-13, THR-30
 */
export const answerBatch = async (
  bundle: Resource,
  exchange: Exchange,
  answerOne: (parsed: ParsedRequest) => Promise<Answer>,
): Promise<Answer> => {
  const entries = readEntries(bundle, undefined, exchange.open.fhir.bases)
  if (isDenial(entries)) return refuse(entries)
  const answers: Json[] = new Array(entries.length)
  const queue = [...entries.entries()]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, { parsed }] = next
      answers[at] = await formatEntry(isDenial(parsed) ? refuse(parsed) : await answerOne(parsed))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, entries.length) }, work))
  return json(200, { resourceType: 'Bundle', type: 'batch-response', entry: answers })
}

const formatEntry = async ({ status, headers, body }: Answer): Promise<Json> => {
  const find = (name: string): string | undefined => headers.find(([each]) => each === name)?.[1]
  const text =
    typeof body === 'string'
      ? body
      : body instanceof Uint8Array
        ? Buffer.from(body).toString('utf8')
        : await textOf(body)
  const value: unknown = text === '' ? undefined : JSON.parse(text)
  const location = find('location')
  const etag = find('etag')
  const lastModified = find('last-modified')
  const response = {
    status: String(status),
    ...(location !== undefined && { location }),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified: new Date(lastModified).toISOString() }),
  }
  if (status >= 400) return { response: { ...response, outcome: value } }
  return value === undefined ? { response } : { resource: value, response }
}

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
