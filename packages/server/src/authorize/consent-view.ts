import { covers, type Description, formatScopes, locales, parseScopes, type Row, type Scope } from '@gatehouse/scopes'
import { type Client, isVerified } from '../clients/client.ts'
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

/** What a consent page is made of: who asks whom, for what, in which words. */
export type ConsentMaterial = {
  readonly kind: ConsentKind
  readonly client: Client
  readonly redirectUri: string
  /** Name of who is signed in. */
  readonly person: string
  readonly patient: DirectoryPatient | undefined
  readonly mayChangePatient: boolean
  readonly previous: Previous | undefined
  readonly description: Description
  readonly texts: Texts
  /** What the form carries to say which question it answers. */
  readonly fields: Readonly<Record<string, string>>
}

/** Material → everything the consent page says. Spec: CON-01, CON-02, CON-03, CON-05, CON-06, CON-07, CON-08, CON-16, CON-24 */
export const consentView = (material: ConsentMaterial, env: Pick<Env, 'config' | 'now'>): ConsentView => {
  const { client, description, patient, previous, texts, kind, fields, person } = material
  const [offline] = description.offline
  return {
    kind,
    texts,
    action: `${env.config.issuer}/consent`,
    fields,
    app: appView(client, material.redirectUri),
    organization: env.config.organization,
    stopUrl: `${env.config.issuer}/grants`,
    receiptUrl: previous?.grant.consentId && `${env.config.issuer}/receipts/${previous.grant.consentId}`,
    person,
    patient: patient && { name: patient.name, relation: patient.relation, mayChange: material.mayChangePatient },
    sections: description.sections.map(({ heading, reach, rows }) => ({
      heading,
      reach,
      rows: rows.map((row) => rowView(row, material, texts)),
    })),
    identity: description.identity.find(({ scopes }) => scopes.some(({ kind }) => kind === 'identity')),
    offline: offline && {
      ...offline,
      ticked: previous !== undefined && wasGranted(offline.scopes, previous),
    },
    duration: durationView(client, env),
  }
}

/** Whether the app's maker was looked at by the operator: an app that registered itself was not. Spec: CON-24, THR-13 */
const appView = (client: Client, redirectUri: string): ConsentView['app'] => {
  const { display } = client
  return {
    name: plainName(display.name),
    domain: asciiHost(redirectUri) ?? (display.uri === undefined ? undefined : asciiHost(display.uri)),
    isKnown: isVerified(client) && !mixesScripts(display.name),
    policyUri: display.policyUri,
    tosUri: display.tosUri,
  }
}

const wasGranted = (scopes: readonly Scope[], { granted }: Previous): boolean =>
  scopes.every((scope) => granted.some((one) => covers(one, scope)))

const wasAsked = (scopes: readonly Scope[], { asked }: Previous): boolean =>
  scopes.every((scope) => asked.some((one) => covers(one, scope)))

/** Old choices stay as they were; what is new is ticked like on a first page, and says that it is new. Spec: CON-08 */
const rowView = (row: Row, { client, previous }: ConsentMaterial, texts: Texts): ConsentRowView => {
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

const durationView = (client: Client, env: Pick<Env, 'config' | 'now'>): ConsentView['duration'] => {
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
