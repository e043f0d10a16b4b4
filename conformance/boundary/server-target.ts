import type { Resource } from '@medplum/fhirtypes'
import { openUpstreams } from '../../packages/gateway/src/upstream.ts'
import { openFixture, testConfig } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { memoryJournal } from '../../sandbox/fhir/journal.ts'
import { startFhirServer } from '../../sandbox/fhir-server.ts'
import { hiddenKeys, scene } from '../bypass/scene.ts'
import type { Target } from './boundary.ts'

/** The scene as it is now: a server is filled with one version of each record. */
const current = [...new Map(scene.map((resource) => [`${resource.resourceType}/${resource.id}`, resource])).values()]

type Server = { readonly url: string; readonly credential?: string; readonly close: () => Promise<void> }

/** The sandbox's FHIR server (Medplum's repository), opened afresh for every sequence with the scene in it. */
export const medplumTarget = (): Target => ({
  open: async () => {
    const records = current as readonly unknown[] as readonly Resource[]
    const { fhirBase, close } = await startFhirServer({
      port: 0,
      records: () => records,
      journal: memoryJournal(),
      credential: 'boundary',
    })
    return openServer({ url: fhirBase, credential: 'boundary', close })
  },
})

/** Any FHIR server that takes updates without a credential: the scene is written to it before every sequence. */
export const serverTarget = (url: string): Target => ({
  open: async () => {
    for (const resource of current) {
      const target = `${url}/${resource.resourceType}/${resource.id}`
      await fetch(target, {
        method: 'PUT',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify(resource),
      })
    }
    return openServer({ url, close: async () => undefined })
  },
})

const openServer = async ({ url, credential, close }: Server) => {
  const withUrl = (input: Parameters<NonNullable<Parameters<typeof testConfig>[0]>>[0]) => ({
    ...input,
    locations: input.locations.map((location) => ({
      ...location,
      upstream: { ...location.upstream, url, ...(credential !== undefined && { credential: { bearer: credential } }) },
    })),
  })
  const upstreams = openUpstreams(testConfig(withUrl))
  const fixture = openFixture({ config: withUrl, upstream: { ...honestUpstream([]), send: upstreams.send } })
  const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` }
  const hidden = async (): Promise<string> => {
    const texts = hiddenKeys.map(async (key) => (await fetch(`${url}/${key}`, { headers })).text())
    return JSON.stringify(await Promise.all(texts))
  }
  return {
    fixture,
    hidden,
    close: async () => {
      await upstreams.close()
      await close()
    },
  }
}
