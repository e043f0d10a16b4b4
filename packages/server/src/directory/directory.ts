import type { User } from '../sign-in/user.ts'

/**
 * Whom a user may act for. The port is answered by the organization's FHIR server (`fhir-directory.ts`), so that proxy
 * rights are those of the record and end when the record says so. This folder owns that question, not the user's identity.
 */

/** How the user stands to a patient. Words for it are the page's business. */
export type Relation = 'self' | 'proxy' | 'staff'

/** A patient as the picker shows it: enough to tell two apart, nothing clinical. Spec: CON-15 */
export type DirectoryPatient = {
  readonly id: string
  readonly name: string
  readonly birthDate?: string
  readonly relation: Relation
}

/** An encounter as the picker shows it. */
export type DirectoryEncounter = { readonly id: string; readonly start?: string; readonly words: string }

/** A record of another type, as the picker shows it. `reference` is relative: `ImagingStudy/1`. Spec: CX-03, CX-31 */
export type DirectoryResource = { readonly reference: string; readonly words: string; readonly date?: string }

/** Which records a `launch/{type}` scope asks to choose from: the type in lower case, and whose. */
export type ResourceQuestion = { readonly type: string; readonly patient: string | undefined }

/** The port. Every answer is for one audience (FHIR base) and fails closed: an error is no right. */
export type Directory = {
  /** Patients the user may choose; for staff those that match `search` (at most 20), for others all. */
  readonly patients: (user: User, audience: string, search: string | undefined) => Promise<readonly DirectoryPatient[]>
  /** The user's relation to one patient now, or `undefined`. Checked again at every token. Spec: THR-38 */
  readonly relation: (user: User, audience: string, patient: string) => Promise<DirectoryPatient | undefined>
  readonly encounters: (user: User, audience: string, patient: string) => Promise<readonly DirectoryEncounter[]>
  /** Records of one type; none for a type the directory cannot list. */
  readonly resources: (
    user: User,
    audience: string,
    question: ResourceQuestion,
  ) => Promise<readonly DirectoryResource[]>
  /**
   * Who may agree to what: of these scope strings, those this person may share of this patient. Laws differ by place for
   * minors, proxies and kinds of care, so it is the organization's to answer; without an answer all may be. Spec: CON-34
   */
  readonly shareable?: (user: User, audience: string, question: SharingQuestion) => Promise<readonly string[]>
}

/** An app's wish for a patient's records, before anyone is asked to agree. */
export type SharingQuestion = {
  readonly patient: string
  readonly clientId: string
  readonly scopes: readonly string[]
}
