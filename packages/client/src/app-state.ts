/**
 * SMART app state: small settings an app keeps at the server, one record per code and subject, never lost to a second
 * writer. Own entry point, `@gatehouse/client/app-state`. For data FHIR has a resource for, use that resource.
 */
import { SmartError } from './errors.ts'
import type { FhirFetch } from './fhir.ts'
import { requestJson } from './fhir.ts'
import type { Session } from './session.ts'
import { isObject, textOf } from './suspension.ts'

/** Names one kind of state; `system` is the app's own origin. */
export type StateCode = { readonly system: string; readonly code: string; readonly display?: string }

/** A state record. Values are texts; whoever reads them checks them. */
export type AppState = {
  readonly id: string
  /** The version it was read at, as an entity tag. */
  readonly etag: string
  /** Absolute reference of whom it is about; absent for the whole installation. */
  readonly subject?: string
  /** By the URL of the extension that holds each. */
  readonly values: Readonly<Record<string, string>>
}

/** Where the state of one code is, and of whom. */
export type StatePlace = { readonly code: StateCode; readonly subject?: string }

/** The four verbs of a state endpoint. */
export type StateStore = {
  /** All records of the place. Values of other apps' writers are texts, to be checked before use. */
  readonly find: () => Promise<readonly AppState[]>
  readonly create: (values: AppState['values']) => Promise<AppState>
  /** Throws `version-conflict` when someone else wrote first: read again, then decide. */
  readonly update: (state: AppState, values: AppState['values']) => Promise<AppState>
  readonly remove: (state: AppState) => Promise<void>
}

/** The largest state a server has to take. Spec: ST-11 */
const limit = 256 * 1024

/**
 * The state of one code and subject, at the server's state endpoint. Throws `launch-unsupported` where the server keeps none;
 * the verbs throw `fhir-error`, `version-conflict`, `option-refused` (too large) and what `session.fetch` throws.
 *
 * Spec: ST-01, ST-06, ST-07, ST-11, ST-12, ST-13, ST-15, ST-16, ST-19, ST-22, ST-24, ST-28, IX-21
 */
export function appState(session: Session, place: StatePlace): StateStore {
  const fetch = session.fetchFor('smart-app-state')
  if (fetch === undefined) throw new SmartError('launch-unsupported', 'This server keeps no app state')
  const { code, subject } = place
  const token = encodeURIComponent(`${code.system}|${code.code}`)
  const about = subject === undefined ? 'subject:missing=true' : `subject=${encodeURIComponent(subject)}`
  return {
    find: async () => {
      const bundle = await requestJson(fetch, `Basic?code=${token}&${about}`)
      const entries = Array.isArray(bundle.entry) ? bundle.entry : []
      return entries.flatMap((entry) => (isObject(entry) ? (parseState(entry.resource) ?? []) : []))
    },
    create: (values) => send(fetch, { method: 'POST', path: 'Basic', body: bodyOf(place, values) }),
    update: (state, values) =>
      send(fetch, {
        method: 'PUT',
        path: `Basic/${state.id}`,
        etag: state.etag,
        body: { ...bodyOf(place, values), id: state.id },
      }),
    remove: async (state) => {
      const response = await fetch(`Basic/${state.id}`, { method: 'DELETE', headers: { 'if-match': state.etag } })
      if (!response.ok) throw refused(response)
    },
  }
}

const bodyOf = ({ code, subject }: StatePlace, values: AppState['values']): object => ({
  resourceType: 'Basic',
  code: { coding: [code] },
  ...(subject === undefined ? {} : { subject: { reference: subject } }),
  extension: Object.entries(values).map(([url, valueString]) => ({ url, valueString })),
})

type Write = { readonly method: 'POST' | 'PUT'; readonly path: string; readonly body: object; readonly etag?: string }

async function send(fetch: FhirFetch, { method, path, body, etag }: Write): Promise<AppState> {
  const text = JSON.stringify(body)
  if (new TextEncoder().encode(text).length > limit)
    throw new SmartError('option-refused', 'App state is at most 256 kB')
  const headers = {
    accept: 'application/fhir+json',
    'content-type': 'application/fhir+json',
    ...(etag === undefined ? {} : { 'if-match': etag }),
  }
  const response = await fetch(path, { method, body: text, headers })
  if (!response.ok) throw refused(response)
  const state = parseState(await response.json().catch(() => undefined), response.headers.get('etag'))
  if (state === undefined) throw new SmartError('fhir-error', 'The server’s answer is no app state')
  return state
}

function refused({ status }: Response): SmartError {
  const conflict = status === 412
  const message = conflict ? 'The state was changed or deleted since it was read' : `The server answered ${status}`
  return new SmartError(conflict ? 'version-conflict' : 'fhir-error', message, { status })
}

function parseState(resource: unknown, tag?: string | null): AppState | undefined {
  if (!isObject(resource) || resource.resourceType !== 'Basic' || typeof resource.id !== 'string') return undefined
  const version = isObject(resource.meta) ? textOf(resource.meta.versionId) : undefined
  const subject = isObject(resource.subject) ? textOf(resource.subject.reference) : undefined
  const extensions = Array.isArray(resource.extension) ? resource.extension.filter(isObject) : []
  const values = extensions.flatMap(({ url, valueString }) =>
    typeof url === 'string' && typeof valueString === 'string' ? [[url, valueString] as const] : [],
  )
  return {
    id: resource.id,
    etag: tag ?? `W/"${version ?? ''}"`,
    ...(subject === undefined ? {} : { subject }),
    values: Object.fromEntries(values),
  }
}
