/** What exactly this person saw and chose. One per decision, immutable, linked to the grant. Spec: consent CON-33 */
export type ConsentRecord = {
  readonly id: string
  readonly grantId: string
  readonly subject: string
  readonly patient?: string
  readonly clientId: string
  readonly clientName: string
  readonly requestedScope: string
  readonly grantedScope: string
  readonly locale: string
  /** The rows as they stood on the page: scope text, words, ticked or not. */
  readonly rows: readonly { readonly scope: string; readonly words: string; readonly chosen: boolean }[]
  readonly access: 'once' | 'online' | 'offline'
  readonly endsAt?: number
  readonly decidedAt: number
  readonly sessionMethods: readonly string[]
}
