/**
 * Why we are here: the context of a launch and how it travels. This folder owns launches recorded by an EHR; what the user
 * picks in a standalone launch belongs to `authorize/select-context.ts`.
 */

/** One item of `fhirContext`. Wire names: it is echoed to clients as it is. Spec: CX-21, CX-22, CX-29 */
export type FhirContextItem = {
  readonly reference?: string
  readonly canonical?: string
  readonly identifier?: Readonly<Record<string, unknown>>
  readonly type?: string
  readonly role?: string
}

/** What an app is told about the situation it was opened in. `patient` and `encounter` are bare ids. Spec: CX-13..CX-20 */
export type LaunchContext = {
  readonly patient?: string
  readonly encounter?: string
  readonly fhirContext?: readonly FhirContextItem[]
  readonly intent?: string
  readonly tenant?: string
  readonly needPatientBanner?: boolean
  /** Key of a style document (`launch/style.ts`); becomes `smart_style_url`. */
  readonly style?: string
  /** Opaque text of a SMART Task launch or CDS Hooks link, returned unchanged. Spec: TL-05 */
  readonly appContext?: string
}

/** A launch recorded by an EHR. The `launch` parameter is its handle; only the hash of the handle is stored. */
export type Launch = {
  readonly clientId: string
  /** The EHR user it was made for; another signed-in user is refused. */
  readonly subject: string
  /** FHIR base URL: `iss` of the launch and the only `aud` it works with. */
  readonly audience: string
  readonly context: LaunchContext
  readonly createdAt: number
  readonly expiresAt: number
}
