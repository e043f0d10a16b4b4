import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShell } from './run.ts'

const shell = openShell()
const config = {
  issuers: [{ issuer: 'https://auth.example.org' }],
  locations: [
    {
      base: 'https://fhir.example.org/r4',
      issuer: 'https://auth.example.org',
      upstream: { url: 'http://127.0.0.1:9/fhir' },
      userReach: 'none',
    },
  ],
  linkKeys: [{ id: 'k1', key: { env: 'LINK_KEY' } }],
  listen: { port: 0 },
}
let child: ChildProcess
let url: string

beforeAll(async () => {
  writeFileSync(join(shell.folder, 'gateway.json'), JSON.stringify(config))
  child = spawn(process.execPath, ['--conditions=source', join(import.meta.dirname, '../src/main.ts'), 'gateway'], {
    cwd: shell.folder,
    env: { ...process.env, LINK_KEY: Buffer.alloc(32, 7).toString('base64url') },
  })
  if (child.stdout === null) throw new Error('no output')
  const [line] = await once(createInterface(child.stdout), 'line')
  url = JSON.parse(line).url
})
afterAll(() => child.kill('SIGKILL'))

test('AL-78: it listens below the path of its base, and lets nobody in whom it cannot verify; who tried is recorded', async () => {
  const answer = await fetch(`${url}/r4/Patient/p1`)
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  expect((await fetch(`${url}/Patient/p1`)).status).toBe(404)
  expect((await fetch(`${url}/r4/Patient/p1`, { headers: { authorization: 'Bearer a.b.c' } })).status).toBe(503)
  const [event] = readFileSync(join(shell.folder, 'gateway-audit.jsonl'), 'utf8').split('\n')
  expect(JSON.parse(event ?? '')).toMatchObject({ resourceType: 'AuditEvent' })
})

test('told to stop, it finishes and exits cleanly', async () => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test('a configuration with a fault is told setting by setting', async () => {
  writeFileSync(join(shell.folder, 'wrong.json'), JSON.stringify({ ...config, linkKeys: [], surprise: true }))
  const { code, err } = await shell.run(['gateway', '--config', 'wrong.json'])
  expect(code).toBe(1)
  expect(err).toMatch(/linkKeys/)
  expect(err).toMatch(/surprise/)
})
