import { covers, type Description, formatScopes, locales, parseScopes, type Row, type Scope } from '@gatehouse/scopes'
import type { Client } from '../clients/client.ts'
import type { DirectoryPatient } from '../directory/directory.ts'
import type { Env } from '../env.ts'
import type { ConsentView } from '../ui/consent-page.ts'
import type { ConsentRowView } from '../ui/consent-row.ts'
import type { Texts } from '../ui/messages.ts'
import { asciiHost, mixesScripts, plainName } from '../ui/untrusted-text.ts'
import { endOf, formatDuration, offerDurations } from './consent-duration.ts'
import { contextOf } from './interaction.ts'
import type { Previous, Step } from './next-step.ts'
import type { LoadedSituation } from './situation.ts'

/** The consent page that is due. */
export type ConsentKind = Extract<Step, { kind: 'consent' }>['page']

/** What the page needs beside the situation: which page, the words for the scopes, and the patient by name. */
export type ConsentMaterial = {
  readonly kind: ConsentKind
  readonly description: Description
  readonly patient: DirectoryPatient | undefined
  readonly texts: Texts
  readonly token: string
}

/** Situation → everything the consent page says. Spec: CON-01..CON-08, CON-16, CON-24 */
export const consentView = (situation: LoadedSituation, material: ConsentMaterial, env: Env): ConsentView => {
  const { client, interaction, previous, user, handle } = situation
  const { description, patient, texts, token, kind } = material
  const mayChange = interaction.request.launch?.context.patient === undefined && user?.role !== 'patient'
  return {
    kind,
    texts,
    action: `${env.config.issuer}/consent`,
    fields: { interaction: handle, token },
    app: appView(client, interaction.request.redirectUri),
    organization: env.config.organization,
    stopUrl: `${env.config.issuer}/grants`,
    person: user?.name ?? '',
    patient: patient && { name: patient.name, relation: patient.relation, mayChange },
    sections: description.sections.map(({ heading, reach, rows }) => ({
      heading,
      reach,
      rows: rows.map((row) => rowView(row, situation, texts)),
    })),
    identity: description.identity.some(({ scopes }) => scopes.some((scope) => scope.kind === 'identity'))
      ? description.identity[0]
      : undefined,
    offline: description.offline[0] && {
      ...description.offline[0],
      ticked: previous !== undefined && wasGranted(description.offline[0].scopes, previous),
    },
    duration: durationView(situation, env),
  }
}

/** Whether the app's maker was looked at by the operator: an app that registered itself was not. Spec: CON-24, THR-13 */
const appView = ({ display, registrationTokenHash }: Client, redirectUri: string): ConsentView['app'] => ({
  name: plainName(display.name),
  domain: asciiHost(redirectUri) ?? (display.uri === undefined ? undefined : asciiHost(display.uri)),
  isKnown: registrationTokenHash === undefined && !mixesScripts(display.name),
  policyUri: display.policyUri,
  tosUri: display.tosUri,
})

const wasGranted = (scopes: readonly Scope[], { granted }: Previous): boolean =>
  scopes.every((scope) => granted.some((one) => covers(one, scope)))

const wasAsked = (scopes: readonly Scope[], { asked }: Previous): boolean =>
  scopes.every((scope) => asked.some((one) => covers(one, scope)))

/** Old choices stay as they were; what is new is ticked like on a first page, and says that it is new. Spec: CON-08 */
const rowView = (row: Row, { client, previous }: LoadedSituation, texts: Texts): ConsentRowView => {
  const isNew = previous !== undefined && !wasAsked(row.scopes, previous)
  const required = parseScopes(client.requiredScope ?? '')
  const isNeeded = row.scopes.some((scope) => required.some((one) => covers(scope, one)))
  const { sensitivity } = locales[texts.locale]
  return {
    value: formatScopes(row.scopes),
    short: row.short,
    long: row.long,
    examples: row.examples,
    includes: row.includes,
    mayReveal: row.mayReveal.map((tag) => sensitivity[tag]),
    choices: row.choices.map(({ scopes, short, long }) => ({ value: formatScopes(scopes), short, long })),
    ticked: previous === undefined || isNew || wasGranted(row.scopes, previous),
    badge: isNew ? 'new' : isNeeded ? 'needed' : undefined,
  }
}

const durationView = ({ client }: LoadedSituation, env: Env): ConsentView['duration'] => {
  const { durations, preset } = offerDurations(client, env.config.authorize)
  return {
    preset: formatDuration(preset),
    options: durations.map((duration) => ({
      value: formatDuration(duration),
      days: duration.kind === 'days' ? duration.days : undefined,
      endsAt: endOf(duration, env.now()),
    })),
  }
}

/** Whose record it is, as the directory knows it now. */
export const findPatient = async (
  { user, interaction }: LoadedSituation,
  env: Env,
): Promise<DirectoryPatient | undefined> => {
  const { patient } = contextOf(interaction)
  const [audience] = interaction.request.audience
  if (patient === undefined || user === undefined || audience === undefined) return undefined
  return env.directory.relation(user, audience, patient)
}
