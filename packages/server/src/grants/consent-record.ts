/** What exactly this person saw and chose. One per decision, immutable, linked to the grant. Spec: consent CON-33 */
export type ConsentRecord = {
  readonly id: string
  readonly grantId: string
  readonly subject: string
  readonly patient?: string
  readonly clientId: string
  readonly clientName: string
  /** Who gives the information away, as it was named on the page. Spec: CON-33 (42 CFR 2.31) */
  readonly discloser: string
  /** Why: at the request of the patient. */
  readonly purpose: 'patient-request'
  readonly requestedScope: string
  readonly grantedScope: string
  readonly locale: string
  /** The rows as they stood on the page: scope text, words, ticked or not. */
  readonly rows: readonly { readonly scope: string; readonly words: string; readonly chosen: boolean }[]
  readonly access: 'once' | 'online' | 'offline'
  readonly endsAt?: number
  readonly decidedAt: number
  readonly sessionId?: string
  readonly sessionMethods: readonly string[]
}
