import { findBinaryOwners } from './binary-owners.ts'
import { type Exchange, fetchResource } from './exchange.ts'
import { searchCall } from './fhir/decide-search.ts'
import { isResource, objectsOf, textAt } from './fhir/json.ts'
import { type Finding, type Known, keyOf, type Want } from './wants.ts'

/** Answers a want with the gateway's own credential. Absent and deleted find nothing. */
const lookUp = async (want: Want, exchange: Exchange): Promise<Finding> => {
  switch (want.kind) {
    case 'read': {
      const version = want.version === undefined ? '' : `/_history/${want.version}`
      const found = await fetchResource(
        { method: 'GET', path: `${want.type}/${want.id}${version}`, parameters: [], headers: {} },
        exchange,
      )
      const isAsked = found?.resourceType === want.type && found.id === want.id
      return { resources: found !== undefined && isAsked ? [found] : [] }
    }
    case 'search': {
      const call = searchCall(want.type, want.parameters, exchange.open.fhir.searchByPost)
      const bundle = await fetchResource(call, exchange)
      const entries = objectsOf(bundle?.entry).filter(({ search }) => textAt(search, 'mode') !== 'outcome')
      return { resources: entries.map(({ resource }) => resource).filter(isResource) }
    }
    case 'binary-owners':
      return findBinaryOwners(want, exchange)
  }
}

const atOnce = 8

/** Answers several wants, eight at a time, and gives what is known then. */
export const learn = async (wants: readonly Want[], known: Known, exchange: Exchange): Promise<Known> => {
  const all = new Map(known)
  const queue = [...new Map(wants.map((want) => [keyOf(want), want])).entries()]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      all.set(next[0], await lookUp(next[1], exchange))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, work))
  return all
}
