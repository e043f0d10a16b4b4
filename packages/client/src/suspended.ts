/**
 * The way to the page that explains a pause, and the way back.
 */
import { generateRandomState } from 'oauth4webapi'
import { type App, checkAddress } from './app.ts'
import { SmartError } from './errors.ts'
import type { Keeper } from './session-keeper.ts'
import { parseSessionRecord } from './session-record.ts'
import { isObject, textOf } from './suspension.ts'

const resumeKey = (state: string): string => `resume.${state}`

/**
 * Opens the server's page about the pause in a new window. Where the person decides there, the window comes back to the
 * app's redirect URI and `completeLaunch` renews with the kept token.
 *
 * Only the newest way back counts. Throws `option-refused` when access is not paused, the server named no page, or there is no page to open it from.
 *
 * Spec: SDK-13, AID-40
 */
export async function openErrorUri(app: App, keeper: Keeper): Promise<void> {
  const { platform } = app
  const address = keeper.suspension()?.errorUri
  if (address === undefined || platform.page === undefined) {
    throw new SmartError('option-refused', 'There is no page about a pause to open')
  }
  const url = checkAddress(app, address)
  for (const left of await platform.vault.list(resumeKey(''))) await platform.vault.remove(left)
  const state = generateRandomState()
  await platform.vault.write(resumeKey(state), { key: keeper.key })
  url.searchParams.set('resume_uri', app.redirectUri)
  url.searchParams.set('resume_state', state)
  platform.page.open(url.href)
}

/** True when a redirect URL is the return from an error page rather than from an authorization. */
export const isResume = (url: string): boolean => new URL(url).searchParams.has('resume')

/**
 * The key of the session whose error page was left; the return is accepted once, and only with the state it left with and
 * from the issuer it left for. Throws `state-unknown`, `issuer-mismatch`.
 *
 * Spec: SDK-13
 */
export async function takeResume(app: App, url: string): Promise<string> {
  const { vault } = app.platform
  const query = new URL(url).searchParams
  const place = resumeKey(query.get('state') ?? '')
  const key = await app.platform.exclusive(place, async () => {
    const kept = await vault.read(place)
    await vault.remove(place)
    return isObject(kept) ? textOf(kept.key) : undefined
  })
  const record = key === undefined ? undefined : parseSessionRecord(await vault.read(key))
  if (key === undefined || record === undefined || record.clientId !== app.clientId) {
    throw new SmartError('state-unknown', 'This return belongs to no pause of this app')
  }
  const issuer = query.get('iss')
  if (issuer !== null && issuer !== record.server.metadata.issuer) {
    throw new SmartError('issuer-mismatch', 'This return comes from another authorization server')
  }
  return key
}
