/** Renews a session and is killed on the way, as a crashed process would be. Arguments: folder, moment. */
import { openSession } from '@gatehouse/client'
import { node } from '@gatehouse/client/node'
import { smartServer } from './smart-server.ts'
import { testApp } from './test-app.ts'

const [, , folder = '', moment] = process.argv
const server = smartServer()
const platform = node({ folder })
let writes = 0
const app = testApp(server, {
  ...platform,
  fetch: async () => {
    if (moment === 'sending') process.kill(process.pid, 'SIGKILL')
    return Response.json({ access_token: 'a', token_type: 'Bearer', expires_in: 300, scope: 'x', refresh_token: 'r' })
  },
  vault: {
    ...platform.vault,
    write: (key, record) => {
      writes += 1
      if (writes === 2) process.kill(process.pid, 'SIGKILL')
      return platform.vault.write(key, record)
    },
  },
})
await (await openSession(app))?.retry()
