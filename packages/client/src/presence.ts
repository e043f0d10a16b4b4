/**
 * Whether the person is there, for `online_access`: the server keeps a session open as long as the app can say so.
 */
import type { App } from './app.ts'

/** How long ago the person acted in this app; nothing where no page can tell. */
export type Presence = { readonly idle: () => number | undefined; readonly stop: () => void }

/**
 * Watches clicks, keys and touches of the page. Only the time of the last one is kept. Opening the app counts as acting.
 *
 * Spec: SDK-18
 */
export function watchPresence({ platform }: Pick<App, 'platform'>): Presence {
  const { page } = platform
  if (page === undefined) return { idle: () => undefined, stop: () => {} }
  let last = platform.now()
  const stop = page.onActivity(() => {
    last = platform.now()
  })
  return { idle: () => Math.max(0, Math.floor(platform.now() - last)), stop }
}
