import { type Exchange, fetchResource } from './exchange.ts'
import { searchCall } from './fhir/decide-search.ts'
import { isResource, objectsOf, type Resource, textAt } from './fhir/json.ts'
import type { Parameter } from './upstream-call.ts'
import type { Finding, Want } from './wants.ts'

/** Types whose records carry attachments that a Binary can be the content of. */
const ownerTypes = ['DocumentReference', 'DiagnosticReport', 'Media']

const pageSize = 100
const mostPages = 10

/**
 * Records that may point to a Binary: first the documents that say so, then all records with attachments of the patients in
 * reach, and where there is none, what the Binary itself says. Whether they really point to it is judged afterwards.
 */
export const findBinaryOwners = async (
  want: Extract<Want, { kind: 'binary-owners' }>,
  exchange: Exchange,
): Promise<Finding> => {
  const { upstreamBase, publicBase } = exchange.open.fhir.bases
  const url = `Binary/${want.id}`
  const location = { name: 'location', value: [url, `${upstreamBase}/${url}`, `${publicBase}/${url}`].join(',') }
  const canAsk = exchange.capabilities('DocumentReference')?.has('location') ?? false
  const direct = canAsk ? await search('DocumentReference', [...byPatients(want), location], exchange) : []
  if (direct.length > 0) return { resources: direct }
  const scanned = want.patients === 'anyone' ? [] : await scan(want, exchange)
  if (scanned.some((owner) => JSON.stringify(owner).includes(url))) return { resources: scanned }
  const binary = await fetchResource({ method: 'GET', path: url, parameters: [], headers: {} }, exchange)
  const context = textAt(binary?.securityContext, 'reference')
  return { resources: scanned, ...(context !== undefined && { securityContext: context }) }
}

const byPatients = ({ patients }: Extract<Want, { kind: 'binary-owners' }>): readonly Parameter[] =>
  patients === 'anyone' ? [] : [{ name: 'patient', value: patients.map((id) => `Patient/${id}`).join(',') }]

const search = async (
  type: string,
  parameters: readonly Parameter[],
  exchange: Exchange,
): Promise<readonly Resource[]> => {
  const bundle = await fetchResource(searchCall(type, parameters, exchange.open.fhir.searchByPost), exchange)
  return resourcesOf(bundle, type)
}

const resourcesOf = (bundle: Resource | undefined, type: string): readonly Resource[] =>
  objectsOf(bundle?.entry)
    .map(({ resource }) => resource)
    .filter(isResource)
    .filter(({ resourceType }) => resourceType === type)

/** Everything of the patients that can carry an attachment, page by page, remembered for a minute per grant. */
const scan = async (
  want: Extract<Want, { kind: 'binary-owners' }>,
  exchange: Exchange,
): Promise<readonly Resource[]> => {
  const { authorization, env, open, scans } = exchange
  const key = `${open.config.base} ${authorization.grantId ?? authorization.tokenId} ${want.patients}`
  const remembered = scans.get(key)
  if (remembered !== undefined && remembered.until > env.now()) return remembered.owners
  const listed = ownerTypes.filter((type) => exchange.capabilities(type)?.has('patient'))
  const owners = (await Promise.all(listed.map((type) => scanType(type, want, exchange)))).flat()
  scans.set(key, { owners, until: env.now() + 60 })
  return owners
}

const scanType = async (
  type: string,
  want: Extract<Want, { kind: 'binary-owners' }>,
  exchange: Exchange,
): Promise<readonly Resource[]> => {
  const { upstreamBase } = exchange.open.fhir.bases
  const first = searchCall(
    type,
    [...byPatients(want), { name: '_count', value: String(pageSize) }],
    exchange.open.fhir.searchByPost,
  )
  const found: Resource[] = []
  let call: typeof first | undefined = first
  for (let page = 0; page < mostPages && call !== undefined; page += 1) {
    const bundle: Resource | undefined = await fetchResource(call, exchange)
    found.push(...resourcesOf(bundle, type))
    const next: string =
      textAt(
        objectsOf(bundle?.link).find(({ relation }) => relation === 'next'),
        'url',
      ) ?? ''
    call = next.startsWith(`${upstreamBase}/`)
      ? { method: 'GET', path: next.slice(upstreamBase.length + 1), parameters: [], headers: {} }
      : undefined
  }
  return found
}
