/** The SDK in a worker: tokens in its memory only. Gets the record of a session by message, answers with what FHIR said. */
import { allowInsecureRequests, openSession } from '@gatehouse/client'
import { browser } from '@gatehouse/client/browser'

addEventListener('message', async ({ data }) => {
  const { fhirBase, records } = data
  const platform = browser({ storage: 'memory' })
  for (const [key, record] of records) await platform.vault.write(key, record)
  const [scope, redirectUri, clientId] = ['', '', 'app-1']
  const app = { clientId, redirectUri, scope, servers: [fhirBase], platform, [allowInsecureRequests]: true }
  const session = await openSession(app)
  const answer = await session?.request('Patient/p1')
  postMessage({ answer, hasPage: platform.page !== undefined })
})
