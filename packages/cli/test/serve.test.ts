import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShell } from './run.ts'

const shell = openShell()
let child: ChildProcess
let urls: { readonly publicUrl: string; readonly operatorUrl: string }
const lines: string[] = []

beforeAll(async () => {
  const config = {
    issuer: 'https://auth.example.org/smart',
    organization: { name: 'Example Hospital' },
    masterKey: Buffer.alloc(32, 1).toString('base64url'),
    resourceServers: [{ base: 'https://fhir.example.org/r4', name: 'F' }],
    listen: { port: 0 },
    operator: { listen: { port: 0 } },
  }
  writeFileSync(join(shell.folder, 'gatehouse.json'), JSON.stringify(config))
  child = spawn(process.execPath, ['--conditions=source', join(import.meta.dirname, '../src/main.ts'), 'serve'], {
    cwd: shell.folder,
  })
  if (child.stdout === null) throw new Error('no output')
  const output = createInterface(child.stdout)
  output.on('line', (line) => lines.push(line))
  const [first] = await once(output, 'line')
  urls = JSON.parse(first)
})
afterAll(() => child.kill('SIGKILL'))

const get = (url: string) => fetch(url, { redirect: 'manual' })

test('the public listener serves the map below the path of the issuer', async () => {
  const found = await get(`${urls.publicUrl}/smart/.well-known/smart-configuration`)
  expect([found.status, (await found.json()).issuer]).toEqual([200, 'https://auth.example.org/smart'])
  expect((await get(`${urls.publicUrl}/.well-known/smart-configuration`)).status).toBe(404)
})

test('the operators listen apart: health and metrics there, and nothing of theirs in public', async () => {
  expect((await get(`${urls.operatorUrl}/health/ready`)).status).toBe(200)
  expect(await (await get(`${urls.operatorUrl}/metrics`)).text()).toMatch(/gatehouse_requests_total\{[^}]*smart-config/)
  for (const path of ['/metrics', '/smart/metrics', '/clients', '/smart/clients'])
    expect((await get(`${urls.publicUrl}${path}`)).status).toBe(404)
  expect((await get(`${urls.operatorUrl}/token`)).status).toBe(404)
})

test('a request it refuses is logged with its reason and no secret', async () => {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'srt_secret' })
  const answer = await fetch(`${urls.publicUrl}/smart/token`, { method: 'POST', body })
  expect(answer.status).toBe(400)
  await expect.poll(() => lines.some((line) => JSON.parse(line).event === 'request-refused')).toBe(true)
  expect(lines.join('\n')).not.toContain('srt_secret')
})

test('a second one on the same port says so, and that is no fault of ours', async () => {
  const { port } = new URL(urls.publicUrl)
  const path = join(shell.folder, 'second.json')
  const config = JSON.parse(readFileSync(join(shell.folder, 'gatehouse.json'), 'utf8'))
  writeFileSync(path, JSON.stringify({ ...config, listen: { port: Number(port) } }))
  const { code, err } = await shell.run(['serve', '--config', path])
  expect([code, err]).toEqual([1, expect.stringMatching(/cannot listen.*EADDRINUSE/)])
})

test('a database that is not there is told with its cause and where to look', async () => {
  const path = join(shell.folder, 'third.json')
  const config = JSON.parse(readFileSync(join(shell.folder, 'gatehouse.json'), 'utf8'))
  writeFileSync(path, JSON.stringify({ ...config, store: 'postgres://127.0.0.1:1/x' }))
  for (const command of ['serve', 'migrate']) {
    const { code, err } = await shell.run([command, '--config', path])
    expect([code, err]).toEqual([1, expect.stringMatching(/does not answer.*ECONNREFUSED.*gatehouse doctor/s)])
  }
})

test('told to stop, it finishes and exits cleanly', async () => {
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect([code, JSON.parse(lines.at(-1) ?? '{}').event]).toEqual([0, 'stopping'])
})
