/** A node of its own: the real server over HTTP on a shared database. Started by `token-nodes.test.ts`. */
import { randomBytes } from 'node:crypto'
import { allowInsecureHttp, type Effects, openEnv, parseConfig, publicApp } from '../src/index.ts'
import type { Store } from '../src/store/store.ts'
import { testDirectory } from './directory.ts'
import { testConfigInput } from './env.ts'
import { openByUrl } from './store-process.ts'

/** `die-after-rotation`: the process kills itself once a rotation is committed, before anyone is told. */
export type NodeMode = 'live' | 'die-after-rotation'

const dyingAfterRotation = (store: Store): Store => ({
  ...store,
  tokens: {
    ...store.tokens,
    rotateRefreshToken: async (...request) => {
      const outcome = await store.tokens.rotateRefreshToken(...request)
      process.kill(process.pid, 'SIGKILL')
      return outcome
    },
  },
})

const [, program = '', url, mode] = process.argv
if (program.endsWith('server-process.ts') && url !== undefined) {
  const opened = openByUrl(url)
  await opened.migrate()
  const store = mode === 'die-after-rotation' ? dyingAfterRotation(opened) : opened
  const effects: Effects = {
    config: parseConfig(testConfigInput, { [allowInsecureHttp]: true }),
    store,
    now: () => Math.floor(Date.now() / 1000),
    after: (seconds, run) => {
      const timer = setTimeout(run, seconds * 1000)
      return () => clearTimeout(timer)
    },
    random: randomBytes,
    fetch: () => Promise.reject(new Error('unreachable in this test')),
    directory: testDirectory({ patients: [], encounters: [], resources: [] }),
    audit: () => undefined,
    log: (level, event, _fields, cause) => level === 'error' && console.error(event, cause),
    count: () => undefined,
  }
  const app = await publicApp(await openEnv(effects))
  process.send?.({ address: await app.listen({ port: 0, host: '127.0.0.1' }) })
}
