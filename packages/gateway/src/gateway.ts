import type { Input } from './answer.ts'
import { createAssertions } from './assertion.ts'
import { type Authenticating, verifiedTokens } from './authenticate.ts'
import type { Authorization } from './authorization.ts'
import { boundedMap } from './bounded-map.ts'
import type { Config, LocationConfig } from './config.ts'
import { createProofCheck } from './dpop.ts'
import type { Env } from './env.ts'
import { type Exchange, fetchResource, type Scan } from './exchange.ts'
import { fhirLocationOf, type OpenIssuer, type OpenLocation, openIssuers } from './open-location.ts'
import { type PublicDocuments, publicDocuments } from './public-documents.ts'
import { createRateLimit, type RateLimit } from './rate.ts'
import { createReaches } from './reach.ts'
import { createWitness } from './witness.ts'

/** One location in service: how to authenticate there, its public documents, and how a request is set on its way. */
export type Serving = Authenticating & {
  readonly config: Config
  /** The path of its public base. */
  readonly prefix: string
  readonly documents: PublicDocuments
  readonly exchange: (input: Input, authorization: Authorization, requestId: string) => Promise<Exchange>
  readonly rate: RateLimit
}

/** A gateway in service. */
export type Gateway = {
  readonly config: Config
  readonly env: Env
  readonly locations: readonly Serving[]
  readonly stop: () => void
}

/** Opens every location. Longer paths come first, so that one base may lie below another. */
export const openGateway = (config: Config, env: Env): Gateway => {
  const issuers = openIssuers(config, env)
  const shared = {
    verified: verifiedTokens(),
    proofs: createProofCheck(config, env),
    rate: createRateLimit(config, env),
    env,
  }
  const locations = config.locations.map((location) => openService(location, config, { ...shared, issuers }))
  return {
    config,
    env,
    locations: locations.toSorted((left, right) => right.prefix.length - left.prefix.length),
    stop: () => {
      for (const { revocations } of issuers) revocations.stop()
    },
  }
}

type Shared = Pick<Serving, 'verified' | 'proofs' | 'rate' | 'env'> & { readonly issuers: readonly OpenIssuer[] }

const openService = (location: LocationConfig, config: Config, { issuers, ...shared }: Shared): Serving => {
  const issuer = issuers.find((each) => each.config.issuer === location.issuer)
  if (issuer === undefined) throw new Error(`no issuer ${location.issuer}`)
  const { env } = shared
  const open: OpenLocation = { config: location, fhir: fhirLocationOf(location), issuer }
  const documents = publicDocuments(open, env)
  const scans = boundedMap<Scan>(1000)
  const assertions = createAssertions(location, env)
  const system = systemExchange({ config, env, open, scans })
  const reaches = createReaches({
    location,
    bases: open.fhir.bases,
    env,
    read: (type, id) => fetchResource({ method: 'GET', path: `${type}/${id}`, parameters: [], headers: {} }, system),
  })
  return {
    ...shared,
    config,
    open,
    reaches,
    prefix: new URL(location.base).pathname.replace(/\/$/, ''),
    documents,
    exchange: async (input, authorization, requestId) => ({
      config,
      env,
      open,
      authorization,
      capabilities: await documents.capabilities(),
      requestId,
      traceparent: traceparentOf(input),
      assertion: await assertions.for(authorization),
      signal: input.signal,
      scans,
      witness: createWitness(open.fhir.bases),
    }),
  }
}

/** What the gateway asks for itself: whose record a related person may see, who is in a group. */
const systemExchange = (parts: Pick<Exchange, 'config' | 'env' | 'open' | 'scans'>): Exchange => ({
  ...parts,
  capabilities: () => undefined,
  authorization: {
    issuer: parts.open.config.issuer,
    subject: 'gateway',
    clientId: 'gateway',
    tokenId: '',
    grantId: undefined,
    patient: undefined,
    own: undefined,
    fhirUser: undefined,
    alternatives: [],
    withoutPatient: [],
    groups: [],
    restrictions: [],
  },
  requestId: 'reach',
  traceparent: undefined,
  assertion: undefined,
  signal: undefined,
  witness: createWitness(parts.open.fhir.bases),
})

/** The id of a request: the client's own where it has the form of one, else a new one. */
export const requestIdOf = ({ headers }: Input, env: Env): string => {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)
    ? given
    : Buffer.from(env.random(12)).toString('base64url')
}

const traceparentOf = ({ headers }: Input): string | undefined => {
  const given = headers.traceparent
  return typeof given === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given)
    ? given
    : undefined
}
