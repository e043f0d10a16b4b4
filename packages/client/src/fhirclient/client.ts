/**
 * fhirclient's `Client`: what an app does with the data once it is connected.
 */
import { addressOf, type FhirInit } from '../address.ts'
import { SmartError } from '../errors.ts'
import type { Resource } from '../fhir.ts'
import type { Platform } from '../platform.ts'
import type { Session } from '../session.ts'
import type { OpenServer } from './options.ts'
import { type Requester, type RequestOptions, type RequestTarget, request } from './request.ts'

/** The one person or visit in context. */
export type InContext = {
  readonly id: string | null
  /** Reads the resource; fails where there is none in context. */
  readonly read: () => Promise<unknown>
}

/** What `ready` resolves with. */
export type Client = {
  readonly patient: InContext & {
    /** Like `client.request`, limited to the patient in context by `patient=`. */
    readonly request: (target: RequestTarget, options?: RequestOptions) => Promise<unknown>
  }
  readonly encounter: InContext
  readonly user: InContext & { readonly fhirUser: string | null; readonly resourceType: string | null }
  readonly state: {
    readonly serverUrl: string
    readonly clientId: string
    readonly scope: string
    /** The launch context as the server sent it; tokens are not in it. */
    readonly tokenResponse: Readonly<Record<string, unknown>>
  }
  readonly request: (target: RequestTarget, options?: RequestOptions) => Promise<unknown>
  readonly create: (resource: Resource, init?: FhirInit) => Promise<unknown>
  readonly update: (resource: Resource, init?: FhirInit) => Promise<unknown>
  readonly delete: (path: string, init?: FhirInit) => Promise<unknown>
  readonly patch: (path: string, operations: readonly object[], init?: FhirInit) => Promise<unknown>
  readonly getPatientId: () => string | null
  readonly getEncounterId: () => string | null
  readonly getFhirUser: () => string | null
  readonly getUserId: () => string | null
  readonly getUserType: () => string | null
  /** The session underneath: scopes, news, sign-out. */
  readonly session: Session | undefined
}

type Facts = {
  readonly clientId: string
  readonly scope: string
  readonly tokenResponse: Readonly<Record<string, unknown>>
  readonly fhirUser?: string | undefined
  readonly session?: Session
}

/** The client over a session. */
export function clientOf(session: Session, clientId: string): Client {
  const { context } = session
  const tokenResponse = {
    scope: session.scope(),
    patient: context.patient,
    encounter: context.encounter,
    need_patient_banner: context.needPatientBanner,
    intent: context.intent,
    smart_style_url: context.smartStyleUrl,
    tenant: context.tenant,
    fhirContext: context.fhirContext,
  }
  const facts = { clientId, scope: session.scope(), tokenResponse, fhirUser: session.user?.fhirUser, session }
  return assemble(session, facts)
}

/** The client over a server without authorization; for development. */
export function openClient(platform: Platform, { fhirBase, tokenResponse }: OpenServer): Client {
  const on: Requester = {
    fhirBase,
    fetch: async (path, init = {}) => platform.fetch(addressOf(fhirBase, path).href, { ...init } as RequestInit),
  }
  return assemble(on, { clientId: '', scope: '', tokenResponse })
}

function assemble(on: Requester, facts: Facts): Client {
  const id = (name: 'patient' | 'encounter'): string | null => textOrNull(facts.tokenResponse[name])
  const fhirUser = facts.fhirUser ?? null
  const [userType = null, userId = null] = fhirUser?.split('/').slice(-2) ?? []
  const run = (target: RequestTarget, options?: RequestOptions): Promise<unknown> => request(on, target, options)
  const write = (method: string, path: string, init: FhirInit): Promise<unknown> => run({ ...init, method, url: path })
  const read = (what: string, path: string | null) => (): Promise<unknown> =>
    path === null ? Promise.reject(new SmartError('context-invalid', `There is no ${what} in context`)) : run(path)
  const inContext = (type: 'Patient' | 'Encounter', one: string | null): InContext => ({
    id: one,
    read: read(type.toLowerCase(), one === null ? null : `${type}/${one}`),
  })
  return {
    patient: {
      ...inContext('Patient', id('patient')),
      request: async (target, options) => run(limited(target, id('patient')), options),
    },
    encounter: inContext('Encounter', id('encounter')),
    user: { id: userId, fhirUser, resourceType: userType, read: read('user', fhirUser) },
    state: {
      serverUrl: on.fhirBase,
      clientId: facts.clientId,
      scope: facts.scope,
      tokenResponse: withoutTokens(facts.tokenResponse),
    },
    request: run,
    create: (resource, init = {}) => write('POST', resource.resourceType, withJson(init, resource)),
    update: (resource, init = {}) =>
      write('PUT', `${resource.resourceType}/${resource.id ?? ''}`, withJson(init, resource)),
    delete: (path, init = {}) => write('DELETE', path, init),
    patch: (path, operations, init = {}) =>
      write('PATCH', path, withJson(init, operations, 'application/json-patch+json')),
    getPatientId: () => id('patient'),
    getEncounterId: () => id('encounter'),
    getFhirUser: () => fhirUser,
    getUserId: () => userId,
    getUserType: () => userType,
    session: facts.session,
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function withJson(init: FhirInit, body: unknown, type = 'application/fhir+json'): FhirInit {
  const headers = new Headers(init.headers)
  headers.set('content-type', type)
  return { ...init, headers, body: JSON.stringify(body) }
}

/** Adds `patient=` to a search; refuses where no patient is in context. */
function limited(target: RequestTarget, patient: string | null): RequestTarget {
  if (patient === null) throw new SmartError('context-invalid', 'There is no patient in context')
  const { url, ...init } = typeof target === 'string' || target instanceof URL ? { url: target } : target
  const [path = '', query = ''] = String(url).split('?')
  const parameters = new URLSearchParams(query)
  parameters.set(path.replace(/^\//, '') === 'Patient' ? '_id' : 'patient', patient)
  return { ...init, url: `${path}?${parameters}` }
}

/** A frozen copy in which tokens are doors that say where to go instead; they are not listed and not printed. */
function withoutTokens(response: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const copy = Object.fromEntries(Object.entries(response).filter(([, value]) => value !== undefined))
  for (const name of ['access_token', 'refresh_token', 'id_token']) {
    delete copy[name]
    Object.defineProperty(copy, name, {
      enumerable: false,
      get: () => {
        throw new SmartError('option-refused', `${name} stays inside: use client.request, client.user`)
      },
    })
  }
  return Object.freeze(copy)
}
