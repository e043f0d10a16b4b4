import type { Resource } from '../../packages/gateway/src/fhir/json.ts'
import { openUpstreams } from '../../packages/gateway/src/upstream.ts'
import { fhirUrl, testConfig } from '../../packages/gateway/test/fixture.ts'
import { keyOf, type Universe } from './universe.ts'
import type { OpenUpstream, Write } from './upstreams.ts'

/**
 * Any FHIR server that takes updates without a credential. The universe is written to it before every walk; what it refuses to
 * store is not there. Afterwards each record is compared with what was stored.
 */
export const openServer = (url: string): OpenUpstream => {
  const { send } = openUpstreams(
    testConfig((input) => ({
      ...input,
      locations: input.locations.map((location) => ({ ...location, upstream: { ...location.upstream, url } })),
    })),
  )
  return async (universe) => {
    await store(url, universe)
    const records = [...universe.visible, ...universe.hidden]
    const before = await readAll(url, records)
    const writes = async (): Promise<readonly Write[]> => {
      const after = await readAll(url, records)
      return records.map(keyOf).flatMap((key) => {
        const text = after.get(key)
        if (text === before.get(key)) return []
        return [text === undefined ? { key } : { key, resource: JSON.parse(text) as Resource }]
      })
    }
    return { send: (request) => send({ ...request, location: fhirUrl }), writes }
  }
}

const headers = { 'content-type': 'application/fhir+json' }

const store = async (url: string, { visible, hidden, later }: Universe): Promise<void> => {
  const entries = [...visible, ...hidden].map((resource) => ({ key: keyOf(resource), resource }))
  const further = later.map(({ type, id, resource }) => ({ key: `${type}/${id}`, resource }))
  for (const { key, resource } of [...entries, ...further])
    await fetch(`${url}/${key}`, {
      method: resource === undefined ? 'DELETE' : 'PUT',
      headers,
      ...(resource !== undefined && { body: JSON.stringify(resource) }),
    })
}

const readAll = async (url: string, records: readonly Resource[]): Promise<ReadonlyMap<string, string | undefined>> => {
  const found = new Map<string, string | undefined>()
  for (const record of records) {
    const answer = await fetch(`${url}/${keyOf(record)}`)
    found.set(keyOf(record), answer.ok ? await answer.text() : undefined)
  }
  return found
}
