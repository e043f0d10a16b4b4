import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { completeLaunch, openSession, startLaunch } from '@gatehouse/client'
import { boundToBrowser, node } from '@gatehouse/client/node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { smartServer } from './smart-server.ts'
import { refusal, signIn, testApp } from './test-app.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-client-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('SDK-41 a folder keeps session and DPoP key over a restart, readable only by its owner', async () => {
  const server = smartServer()
  server.script.configuration = { dpop_signing_alg_values_supported: ['ES256'] }
  const restarted = () => testApp(server, { ...node({ folder }), fetch: server.fetch })
  await signIn(restarted(), server)
  const session = await openSession(restarted())
  await session?.retry()
  expect(session?.context.patient).toBe('p1')
  const [one, two] = server.tokenRequests().map(({ headers }) => headers.get('dpop')?.split('.')[0])
  expect(two).toBe(one)
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
})

test('SDK-22 the restored key cannot be exported', async () => {
  const before = await node({ folder }).keyPair('dpop x')
  const after = await node({ folder }).keyPair('dpop x')
  expect([before.privateKey.extractable, after.privateKey.extractable]).toEqual([false, false])
  expect(await crypto.subtle.exportKey('jwk', after.publicKey)).toEqual(
    await crypto.subtle.exportKey('jwk', before.publicKey),
  )
})

test('SDK-10 processes take turns, and a lock whose holder died is taken over', async () => {
  await writeFile(join(folder, 'turn.lock'), JSON.stringify({ pid: 2 ** 22 + 1, until: 9e9 }))
  const order: string[] = []
  const [one, two] = [node({ folder }), node({ folder })]
  await Promise.all(
    [one, two].map(({ exclusive }, index) =>
      exclusive('turn', async () => {
        order.push(`in ${index}`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`out ${index}`)
      }),
    ),
  )
  expect(order.map((step) => step.split(' ')[0])).toEqual(['in', 'out', 'in', 'out'])
  expect(await readdir(folder)).toEqual([])
})

test.each(['sending', 'keeping'] as const)(
  'SDK-11 killed before %s the answer: the next start recovers',
  async (moment) => {
    const server = smartServer()
    server.script.rotate = false
    const app = testApp(server, { ...node({ folder }), fetch: server.fetch })
    const session = await signIn(app, server)
    session.close()
    const child = fork(join(import.meta.dirname, 'doomed-process.ts'), [folder, moment], {
      execArgv: ['--conditions=source'],
    })
    await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
    const [name = ''] = (await readdir(folder)).filter((one) => one.endsWith('.base.json'))
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toHaveProperty('pending')
    const next = await openSession(testApp(server, { ...node({ folder }), fetch: server.fetch }))
    await next?.retry()
    expect((await next?.fetch('Patient/p1'))?.status).toBe(200)
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).not.toHaveProperty('pending')
  },
)

test('SDK-01 AL-04 THR-07 a server app takes an answer only from the browser that left', async () => {
  const server = smartServer()
  const shared = node().launches
  const platform = { ...node(), fetch: server.fetch }
  const ana = boundToBrowser(shared, undefined)
  const app = testApp(server, { ...platform, launches: ana.launches })
  const answer = server.authorize((await startLaunch(app)).url)
  expect(ana.setCookie).toMatch(/^__Host-smart-launch=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/)
  for (const cookies of [undefined, '', '__Host-smart-launch=short', boundToBrowser(shared, undefined).setCookie]) {
    const stranger = testApp(server, { ...platform, launches: boundToBrowser(shared, cookies).launches })
    expect(await refusal(completeLaunch(stranger, answer))).toMatchObject({ reason: 'state-unknown' })
  }
  const brought = `theme=dark; ${ana.setCookie.split(';')[0]}; other=1`
  const back = testApp(server, { ...platform, launches: boundToBrowser(shared, brought).launches })
  expect((await completeLaunch(back, answer)).context.patient).toBe('p1')
})
