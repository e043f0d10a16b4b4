/**
 * The records of sessions in the vault: which belong together, and what a new authorization does to the old ones.
 */
import { parseScopes } from '@gatehouse/scopes'
import type { App } from './app.ts'
import { isGranted } from './granted.ts'
import type { LaunchRecord } from './launch-record.ts'
import { digest, parseSessionRecord, personPrefix, type SessionRecord, sessionPrefix } from './session-record.ts'

/** A record and where it is kept. */
export type Kept = { readonly key: string; readonly record: SessionRecord }

/** The records whose keys begin so, newest first. */
export async function readKept(app: App, prefix: string): Promise<readonly Kept[]> {
  const { vault } = app.platform
  const found = await Promise.all(
    (await vault.list(prefix)).map(async (key) => ({ key, record: parseSessionRecord(await vault.read(key)) })),
  )
  return found
    .flatMap(({ key, record }) => (record === undefined ? [] : [{ key, record }]))
    .sort((a, b) => b.record.savedAt - a.record.savedAt)
}

/** The records of one person's session: the base first, then what joined it. */
export async function readPerson(app: App, prefix: string): Promise<readonly Kept[]> {
  const found = await readKept(app, prefix)
  return [...found].sort((a, b) => Number(isBase(b)) - Number(isBase(a)))
}

const isBase = ({ key }: Kept): boolean => key.endsWith('.base')

/** The part of a key that names the person. */
export const personOf = (key: string): string => key.slice(0, key.lastIndexOf('.') + 1)

/** Name under which a tab remembers whose session it shows. Spec: SDK-23 */
export const tabPlace = async (app: App, fhirBase: string): Promise<string> =>
  `person.${await sessionPrefix(app, fhirBase)}`

/**
 * Keeps a new authorization. One that joins stands beside the others of that person; any other takes their place, as does
 * one that covers all they were granted. Parked refresh tokens of the same server are dropped.
 *
 * Spec: SDK-06, SDK-12, SDK-23
 */
export async function keep(app: App, record: SessionRecord, launch: LaunchRecord): Promise<readonly Kept[]> {
  const { platform } = app
  const { fhirBase } = record.server
  const person = await personPrefix(app, fhirBase, record.context.patient ?? record.user?.subject ?? '')
  const before = await readPerson(app, person)
  const joins = launch.joins && !before.every((old) => coversAll(record, old.record))
  const key = `${person}${joins ? await digest(launch.state) : 'base'}`
  await platform.exclusive(`smart:${key}`, () => platform.vault.write(key, record))
  for (const old of await readKept(app, await sessionPrefix(app, fhirBase))) {
    const replaced = personOf(old.key) === person && (!joins || coversAll(record, old.record))
    if (old.key !== key && (replaced || old.record.hold?.kind === 'parked')) await platform.vault.remove(old.key)
  }
  platform.page?.remember(await tabPlace(app, fhirBase), person)
  return readPerson(app, person)
}

const coversAll = (record: SessionRecord, old: SessionRecord): boolean =>
  parseScopes(old.scope).every(({ text }) => isGranted(record, text))
