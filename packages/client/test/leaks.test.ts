import { inspect } from 'node:util'
import { type App, completeLaunch, type Session, startLaunch } from '@gatehouse/client'
import { afterEach, expect, test, vi } from 'vitest'
import { json, type SmartServer, smartServer } from './smart-server.ts'
import { signIn, testApp, testPlatform } from './test-app.ts'

afterEach(() => vi.restoreAllMocks())

/** Everything written to a console, and everything an error shows, also by its causes and fields. */
async function captured(run: () => Promise<unknown>): Promise<string> {
  const lines: string[] = []
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...said) => void lines.push(inspect(said, { depth: 9 })))
  }
  await run().catch((error) => lines.push(inspect(error, { depth: 9, showHidden: true }), String(error?.stack)))
  return lines.join('\n')
}

type Trouble = readonly [what: string, run: (app: App, server: SmartServer, session: Session) => Promise<unknown>]

/** A server that repeats what it was sent, as clumsy ones do. */
const echo = (server: SmartServer, status: number): void => {
  server.script.intercept = ({ url, form }) =>
    url.pathname === '/token' ? json({ error: 'invalid_grant', error_description: `bad ${form}` }, status) : undefined
}

const troubles: readonly Trouble[] = [
  [
    'a refused code',
    async (app, server) => {
      echo(server, 400)
      return signIn(app, server)
    },
  ],
  [
    'a refused refresh',
    async (_app, server, session) => {
      echo(server, 400)
      return session.retry()
    },
  ],
  [
    'a refused client',
    async (_app, server, session) => {
      echo(server, 401)
      return session.retry()
    },
  ],
  [
    'a server error',
    async (_app, server, session) => {
      echo(server, 500)
      return session.retry()
    },
  ],
  [
    'a malformed token answer',
    async (app, server) => {
      server.script.tokenAnswer = { token_type: 'odd' }
      return signIn(app, server)
    },
  ],
  [
    'a forged ID token',
    async (app, server) => {
      server.script.idToken = { nonce: 'no' }
      return signIn(app, server)
    },
  ],
  [
    'a bad patient',
    async (app, server) => {
      server.script.tokenAnswer = { patient: 'Patient/1' }
      return signIn(app, server)
    },
  ],
  [
    'an answer used twice',
    async (app, server) => {
      const answer = server.authorize((await startLaunch(app)).url)
      await completeLaunch(app, answer)
      return completeLaunch({ ...app }, answer)
    },
  ],
  [
    'a refused FHIR request',
    async (_app, server, session) => {
      refuseFhir(server)
      return session.request('Patient/1')
    },
  ],
  ['a foreign address', async (_app, _server, session) => session.fetch('https://evil.example/x')],
]

const refuseFhir = (server: SmartServer): void => {
  server.script.intercept = ({ url, headers }) =>
    url.pathname.startsWith('/fhir/') ? json({ you: headers.get('authorization') }, 400) : undefined
}

test.each(troubles)('SDK-33 no token, code, secret or state in errors and logs: %s', async (_what, run) => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]), { auth: { kind: 'secret', secret: 'very-secret-secret' } })
  const session = await signIn(app, server)
  const said = await captured(() => run(app, server, session))
  expect(said).toContain('SmartError')
  const states = server.sent.flatMap(({ form }) => [form.get('code_verifier'), form.get('client_assertion')])
  for (const secret of ['very-secret-secret', ...server.secrets, ...states.filter((one) => one !== null)]) {
    expect(said).not.toContain(secret)
  }
})

test('SDK-33 a session shown in a log shows no token', async () => {
  const server = smartServer()
  const session = await signIn(testApp(server, testPlatform([server])), server)
  const shown = inspect(session, { depth: 9, showHidden: true }) + JSON.stringify(session)
  for (const secret of server.secrets) expect(shown).not.toContain(secret)
})
