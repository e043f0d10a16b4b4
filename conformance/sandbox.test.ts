import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { firstFreePort } from './sandbox-process.ts'

const home = mkdtempSync(join(tmpdir(), 'gatehouse-sandbox-'))
const folder = join(home, 'data')
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(home, { recursive: true })
})

const hold = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

const release = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

/** A started sandbox: `said` is all it printed, `opened` settles with its first line or with its end. */
type Started = { readonly child: ChildProcess; readonly said: () => string; readonly opened: Promise<number> }

function start(...args: readonly string[]): Started {
  const before = performance.now()
  const child = spawn(process.execPath, ['--conditions=source', 'sandbox/start.ts', '--folder', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  const opened = new Promise<number>((resolve) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(performance.now() - before)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => resolve(performance.now() - before))
  })
  return { child, said: () => text, opened }
}

/** Milliseconds of processor time a process has had: how long it would have taken on a computer of its own. */
function processorTime({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

async function end({ child }: Started, signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code] = await ended
  running.delete(child)
  return code as number | null
}

const base = await firstFreePort()
const ports = ['--port-base', String(base)]
const contract = () => JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8'))

test('CF-01 ONC-20 a first start opens within ten seconds, prints one address, and gives no record away', async () => {
  const sandbox = start(...ports)
  const milliseconds = await sandbox.opened
  expect(sandbox.said()).toBe(`The sandbox is open: http://localhost:${base}/\n`)
  expect(Math.min(milliseconds, processorTime(sandbox.child))).toBeLessThan(10_000)
  const { ehr, apps, clients, users, patients } = contract()
  expect((await fetch(ehr.startPage)).status).toBe(200)
  expect((await (await fetch(`${ehr.issuer}/.well-known/openid-configuration`)).json()).issuer).toBe(ehr.issuer)
  const smart = await (await fetch(`${ehr.fhirBase}/.well-known/smart-configuration`)).json()
  expect(smart.issuer).toBe(ehr.issuer)
  expect((await fetch(`${ehr.fhirBase}/Patient/ana-torres`)).status).toBe(401)
  expect((await fetch(`http://127.0.0.1:${base + 2}/fhir/R4/Patient/ana-torres`)).status).toBe(401)
  for (const { url } of apps)
    expect((await fetch(url)).headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(patients).toHaveLength(64)
  expect(users.length).toBeGreaterThan(10)
  expect(clients.length).toBeGreaterThan(4)
  expect(await end(sandbox)).toBe(0)
})

test('after Ctrl-C nothing runs, nothing listens, and only the data folder is left', async () => {
  const server = await hold(base)
  await release(server)
  expect(existsSync(join(folder, 'running.pid'))).toBe(false)
  expect(readdirSync(home)).toEqual(['data'])
})

test('THR-42 people, keys, records and journals are for the account that started it alone', () => {
  // What stands in `apps/` is served to everybody.
  const written = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('apps'))
  const readable = written.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0)
  expect(written).toContain('gatehouse.db')
  expect(readable).toEqual([])
})

test('a second start finds its people, apps and keys again', async () => {
  const before = contract()
  const sandbox = start(...ports)
  await sandbox.opened
  expect(contract()).toEqual(before)
  const jwks = await (await fetch(`${before.ehr.issuer}/jwks`)).json()
  expect(jwks.keys.length).toBeGreaterThan(0)
  expect(await end(sandbox, 'SIGTERM')).toBe(0)
  const again = start(...ports)
  await again.opened
  expect((await (await fetch(`${before.ehr.issuer}/jwks`)).json()).keys.map(({ kid }: { kid: string }) => kid)).toEqual(
    jwks.keys.map(({ kid }: { kid: string }) => kid),
  )
  await end(again)
})

test('--reset starts afresh: other secrets, other keys', async () => {
  const secret = () =>
    contract().clients.find((one: { client_id: string }) => one.client_id === 'demo-symmetric').client_secret
  const before = secret()
  const sandbox = start('--reset', ...ports)
  await sandbox.opened
  expect(secret()).not.toBe(before)
  await end(sandbox)
})

test('a taken port is one clear line, and the data is left alone', async () => {
  const before = contract()
  const server = await hold(base + 1)
  const sandbox = start('--port-base', String(base))
  await once(sandbox.child, 'exit')
  expect(sandbox.said()).toBe(`Port ${base + 1} is taken. Choose other ports: npm start -- --port-base ${base + 100}\n`)
  expect(sandbox.child.exitCode).toBe(1)
  await release(server)
  expect(contract()).toEqual(before)
})

test('a second sandbox on the same folder is refused, and the first goes on', async () => {
  const first = start(...ports)
  await first.opened
  const second = start('--port-base', String(await firstFreePort()), '--reset')
  await once(second.child, 'exit')
  expect(second.said()).toMatch(/^The sandbox in .* cannot start: it is running already \(process \d+\)\.\n$/)
  expect((await fetch(contract().ehr.startPage)).status).toBe(200)
  await end(first)
})

test('AL-25 AL-26 a clinician opens an app from a chart: the launch goes to the app with iss and launch', async () => {
  const sandbox = start(...ports)
  await sandbox.opened
  const { ehr, clients } = contract()
  const place = `${ehr.issuer}/ehr/lucia-torres`
  expect(await (await fetch(place)).text()).toContain('Lucía')
  const form = new URLSearchParams({
    client_id: 'growth-chart',
    username: 'dr.elena',
    encounter: 'lucia-torres-2026-08-12',
  })
  const post = (origin: string) =>
    fetch(`${place}/launch`, { method: 'POST', redirect: 'manual', headers: { origin }, body: form })
  const opened = await post(ehr.issuer)
  expect(opened.status).toBe(303)
  const location = new URL(opened.headers.get('location') ?? '')
  const growth = clients.find((one: { client_id: string }) => one.client_id === 'growth-chart')
  expect(location.origin + location.pathname).toBe(growth.launch_uri)
  expect(location.searchParams.get('iss')).toBe(ehr.fhirBase)
  expect(location.searchParams.get('launch')).toMatch(/^[\w-]{20,}$/)
  expect((await post('http://elsewhere.example')).status).toBe(403)
  await end(sandbox)
})
