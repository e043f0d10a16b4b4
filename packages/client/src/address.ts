/**
 * Addresses of FHIR requests: what is under the base, and nothing else. Pure.
 */
import { withoutSlash } from './app.ts'
import { SmartError } from './errors.ts'

/** What a FHIR request may carry. `authorization` and `dpop` headers are ours and replaced. */
export type FhirInit = {
  readonly method?: string
  readonly headers?: HeadersInit
  readonly body?: string | ArrayBuffer | Uint8Array | URLSearchParams | ReadableStream | null
  readonly signal?: AbortSignal
}

/**
 * The absolute address of a FHIR path, or of an absolute URL under the base. Throws `foreign-url` for everything that is not
 * under the base, also after `..` and other spellings: the token was issued for this base only.
 *
 * Spec: SDK-17, AL-81, BS-26
 */
export function addressOf(fhirBase: string, path: string): URL {
  const base = `${withoutSlash(fhirBase)}/`
  const relative = path.replace(/^\/(?!\/)/, '')
  const url = URL.canParse(relative, base) ? new URL(relative, base) : undefined
  const root = new URL(base)
  const inside = `${url?.pathname}/`.startsWith(root.pathname) && url?.username === '' && url.password === ''
  if (url === undefined || url.origin !== root.origin || !inside) {
    throw new SmartError('foreign-url', 'This address is not on the FHIR server that the token was issued for')
  }
  url.hash = ''
  return url
}

/** A request whose address has been checked. */
export type Addressed = { readonly url: URL; readonly init: FhirInit }
