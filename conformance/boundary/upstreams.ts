import type { GatewayEnv } from '@gatehouse/gateway'
import type { Resource as R4Resource } from '@medplum/fhirtypes'
import type { Resource } from '../../packages/gateway/src/fhir/json.ts'
import { honestUpstream, upstreamUrl } from '../../packages/gateway/test/upstream/honest.ts'
import { indexDefinitions } from '../../sandbox/fhir/definitions.ts'
import { type Body, fhirEndpoint } from '../../sandbox/fhir/endpoint.ts'
import { type Journal, memoryJournal } from '../../sandbox/fhir/journal.ts'
import { recordStore } from '../../sandbox/fhir/repository.ts'
import { keyOf, type Universe } from './universe.ts'

type Send = GatewayEnv['upstream']

/** What was written since the universe began; `resource` is absent for a deletion. */
export type Write = { readonly key: string; readonly resource?: Resource }

/** A FHIR server behind the gateway that holds a universe and says what was done to it. */
export type Upstream = { readonly send: Send; readonly writes: () => Promise<readonly Write[]> }

/** Opens a server with a universe in it. */
export type OpenUpstream = (universe: Universe) => Promise<Upstream>

/** The universe in the gateway's own test server, which does what it is told. */
export const openHonest: OpenUpstream = async ({ visible, hidden, later }) => {
  const { send, store } = honestUpstream([...visible, ...hidden])
  for (const { type, id, resource } of later) {
    if (resource === undefined) store.remove(`${type}/${id}`)
    else store.put(resource)
  }
  const before = new Map([...store.records].map(([key, versions]) => [key, versions.length]))
  const writes = async (): Promise<readonly Write[]> =>
    [...store.records].flatMap(([key, versions]) =>
      versions
        .slice(before.get(key) ?? 0)
        .map(({ resource }) => ({ key, ...(resource !== undefined && { resource }) })),
    )
  return { send, writes }
}

/** Medplum's engine as the sandbox runs it, without the socket. */
export const openMedplum: OpenUpstream = async ({ visible, hidden, later }) => {
  indexDefinitions()
  const journal = memoryJournal()
  for (const entry of later) append(journal, entry)
  const begun = journal.mark()
  const store = await recordStore(() => [...visible, ...hidden] as readonly unknown[] as readonly R4Resource[], journal)
  const endpoint = fhirEndpoint(store, upstreamUrl)
  const send: Send = async ({ method, target, headers, body = '' }) => {
    const [path = '', ...query] = target.split('?')
    const call = {
      method,
      path: path.split('/').filter(Boolean).map(decodeURIComponent),
      query: [...new URLSearchParams(query.join('?'))],
      headers,
      body: readBody(Buffer.from(body), headers['content-type'] ?? ''),
    }
    const answer = await endpoint(call)
    return { ...answer, body: Buffer.from(answer.body ?? '') }
  }
  const writes = async (): Promise<readonly Write[]> =>
    journal
      .entries()
      .slice(begun)
      .map((entry) =>
        entry.op === 'put'
          ? { key: keyOf(plain(entry.resource)), resource: plain(entry.resource) }
          : { key: `${entry.type}/${entry.id}` },
      )
  return { send, writes }
}

const plain = (resource: R4Resource): Resource => ({ ...resource })

const append = (journal: Journal, { type, id, resource }: Universe['later'][number]): void =>
  journal.append(
    resource === undefined ? { op: 'delete', type, id } : { op: 'put', resource: resource as unknown as R4Resource },
  )

const readBody = (bytes: Buffer, contentType: string): Body => {
  if (bytes.byteLength === 0) return { kind: 'none' }
  const text = bytes.toString('utf8')
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return { kind: 'form', pairs: [...new URLSearchParams(text)] }
  return /json/.test(contentType)
    ? { kind: 'json', value: JSON.parse(text) }
    : { kind: 'bytes', type: contentType, bytes }
}
