import type { Scope } from '@gatehouse/scopes'
import type { Texts } from '../ui/messages.ts'

/** One choice on the page: the scopes it stands for and its words. */
export type ConsentRow = {
  readonly scopes: readonly Scope[]
  readonly short: string
  readonly long: string
}

/** Rows under one verb heading. Spec: CON-01 */
export type ConsentSection = { readonly heading: string; readonly rows: readonly ConsentRow[] }

/** Offered scopes → what the page lists. */
export const consentSections = (offered: readonly Scope[], texts: Texts, app: string): readonly ConsentSection[] => {
  const rows = offered.flatMap((scope) =>
    scope.kind === 'resource' ? [{ scopes: [scope], short: scope.type, long: scope.text }] : [],
  )
  return rows.length === 0 ? [] : [{ heading: texts.t('consent.see', { app }), rows }]
}
