/**
 * What a token answer says, in the app's words. Pure: parses and checks, sends nothing.
 */
import type { TokenEndpointResponse } from 'oauth4webapi'
import { SmartError } from './errors.ts'
import { isObject, textOf } from './suspension.ts'

/** One further resource of the launch: by reference, canonical or identifier. Spec: CX-21, CX-30 */
export type ContextItem = {
  readonly reference?: string
  readonly canonical?: string
  readonly identifier?: unknown
  readonly type?: string
  /** `launch` where the server says nothing. */
  readonly role: string
}

/** Why the app was opened and for whom. */
export type Context = {
  /** Bare id of the patient, never `Patient/…`. */
  readonly patient?: string
  readonly encounter?: string
  /** True when the app itself has to show whose record this is. */
  readonly needPatientBanner?: boolean
  readonly intent?: string
  readonly smartStyleUrl?: string
  readonly tenant?: string
  readonly appContext?: string
  readonly fhirContext: readonly ContextItem[]
}

/** A parsed and checked token answer. Times are seconds since 1970. */
export type Tokens = {
  readonly accessToken: string
  readonly tokenType: 'bearer' | 'dpop'
  /** Absent where the server does not say; then a 401 says it. */
  readonly expiresAt?: number
  readonly refreshToken?: string
  /** Granted scopes; absent where the server did not repeat them. */
  readonly scope?: string
  readonly context: Context
  /** Seconds until the server counts the person as away (`online_access`). */
  readonly activeTtl?: number
  /** Registers one device under this grant, once, within minutes. */
  readonly deviceToken?: string
}

const idSyntax = /^[A-Za-z0-9\-.]{1,64}$/

/**
 * Parses a token answer that the protocol library accepted. Throws `context-invalid` when `patient` or `encounter` is not a
 * bare FHIR id: an id with a slash in it could lead a request elsewhere.
 *
 * Spec: SDK-05, AL-60, AL-68, CX-13, CX-14, CX-15
 */
export function parseTokens(answer: TokenEndpointResponse, now: number): Tokens {
  const { expires_in: life, refresh_token: refreshToken, scope } = answer
  const activeTtl = answer.active_ttl
  const deviceToken = textOf(answer.device_registration_token)
  return {
    accessToken: answer.access_token,
    tokenType: answer.token_type === 'dpop' ? 'dpop' : 'bearer',
    ...(life === undefined ? {} : { expiresAt: now + life }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(scope === undefined ? {} : { scope }),
    context: parseContext(answer),
    ...(typeof activeTtl === 'number' && activeTtl > 0 ? { activeTtl } : {}),
    ...(deviceToken === undefined ? {} : { deviceToken }),
  }
}

function parseContext(answer: TokenEndpointResponse): Context {
  const patient = idOf(answer, 'patient')
  const encounter = idOf(answer, 'encounter')
  const banner = answer.need_patient_banner
  const texts = {
    intent: textOf(answer.intent),
    smartStyleUrl: textOf(answer.smart_style_url),
    tenant: textOf(answer.tenant),
    appContext: textOf(answer.appContext),
  }
  return {
    ...(patient === undefined ? {} : { patient }),
    ...(encounter === undefined ? {} : { encounter }),
    ...(typeof banner === 'boolean' ? { needPatientBanner: banner } : {}),
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    fhirContext: parseItems(answer.fhirContext),
  }
}

function idOf(answer: TokenEndpointResponse, name: 'patient' | 'encounter'): string | undefined {
  const id = answer[name]
  if (id === undefined || id === null) return undefined
  if (typeof id === 'string' && idSyntax.test(id)) return id
  throw new SmartError('context-invalid', `The server's "${name}" is not a FHIR id`)
}

function parseItems(value: unknown): readonly ContextItem[] {
  if (!Array.isArray(value)) return []
  return value.filter(isObject).map((item) => {
    const texts = (['reference', 'canonical', 'type'] as const).flatMap((name) => {
      const text = textOf(item[name])
      return text === undefined ? [] : [[name, text] as const]
    })
    return {
      ...Object.fromEntries(texts),
      ...(item.identifier === undefined ? {} : { identifier: item.identifier }),
      role: textOf(item.role) || 'launch',
    }
  })
}
