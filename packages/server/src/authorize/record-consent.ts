import { type Description, formatScopes, parseScopes, type Row } from '@gatehouse/scopes'
import type { Env } from '../env.ts'
import type { ConsentRecord } from '../grants/consent-record.ts'
import { newSecret } from '../secret.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { recordRows } from './consent-choice.ts'
import { type Agreement, contextOf } from './interaction.ts'
import type { LoadedSituation } from './situation.ts'

/** What was shown and what was chosen of it. */
export type Decision = { readonly agreed: Agreement; readonly description: Description; readonly patientName?: string }

/** What exactly this person saw and chose, in the words they read. Spec: CON-33 */
export const consentRecordOf = (
  situation: LoadedSituation,
  { agreed, description }: Decision,
  env: Env,
): Omit<ConsentRecord, 'grantId'> => {
  const { client, interaction, offered, session, user } = situation
  const { patient } = contextOf(interaction)
  const granted = new Set(parseScopes(agreed.scope).map(({ text }) => text))
  const shown = [...recordRows(description), ...description.identity, ...description.offline]
  const chosenKinds = shown.flatMap(({ choices }) => choices).filter((row) => isChosen(row, granted))
  return {
    id: newSecret(env),
    subject: user?.subject ?? '',
    ...(patient === undefined ? {} : { patient }),
    clientId: client.id,
    clientName: plainName(client.display.name),
    discloser: env.config.organization.name,
    purpose: 'patient-request',
    requestedScope: formatScopes(offered),
    grantedScope: agreed.scope,
    locale: description.locale,
    rows: [...shown, ...chosenKinds].map((row) => rowRecord(row, granted)),
    access: agreed.access,
    ...(agreed.endsAt === undefined ? {} : { endsAt: agreed.endsAt }),
    decidedAt: env.now(),
    ...(session === undefined ? {} : { sessionId: session.id }),
    sessionMethods: session?.methods ?? [],
  }
}

const isChosen = ({ scopes }: Row, granted: ReadonlySet<string>): boolean =>
  scopes.every(({ text }) => granted.has(text))

const rowRecord = (row: Row, granted: ReadonlySet<string>): ConsentRecord['rows'][number] => ({
  scope: formatScopes(row.scopes),
  words: `${row.short}: ${row.long}`,
  chosen: isChosen(row, granted),
})
