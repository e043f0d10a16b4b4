import type { Config } from '../config.ts'
import type { Effects } from '../effects.ts'
import type { BrandStore } from '../store/store.ts'

/** What discovery tells: the configuration, with the brands operators saved in place of its own. */
export type Published = {
  /** The same object until something changes, so that documents made from it are kept. */
  readonly config: () => Config
  /** Reads the store again; another node's change is seen within half a minute without it. */
  readonly reload: () => Promise<void>
}

/** Seconds after which another node's change is looked for. */
const freshFor = 30

/** Reads what operators saved. While the store does not answer, what was last read stays published. */
export const openPublished = async ({
  config,
  store,
  now,
  log,
}: Pick<Effects, 'config' | 'store' | 'now' | 'log'>): Promise<Published> => {
  let saved: Awaited<ReturnType<BrandStore['find']>>
  let shown = config
  let readAt = now()
  const reload = async (): Promise<void> => {
    readAt = now()
    const found = await store.brands.find()
    if (found?.version === saved?.version && found?.brands.changedAt === saved?.brands.changedAt) return
    saved = found
    shown = found === undefined ? config : { ...config, brands: found.brands }
  }
  await reload()
  return {
    config: () => {
      if (now() - readAt >= freshFor) reload().catch((error: unknown) => log('error', 'brands-unreadable', {}, error))
      return shown
    },
    reload,
  }
}
