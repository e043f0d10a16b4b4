import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openShell } from './run.ts'

const shell = openShell()
beforeAll(async () => {
  const config = {
    issuer: 'https://auth.example.org',
    organization: { name: 'Example Hospital' },
    masterKey: Buffer.alloc(32, 1).toString('base64url'),
    resourceServers: [{ base: 'https://fhir.example.org/r4', name: 'F' }],
  }
  writeFileSync(join(shell.folder, 'gatehouse.json'), JSON.stringify(config))
})

const json = async (argv: readonly string[], input = '') => {
  const { code, out, err } = await shell.run([...argv, '--json'], input)
  return { code, err, value: out === '' ? undefined : JSON.parse(out) }
}

describe('an app', () => {
  test('is registered, listed, paused, and removed only when one means it', async () => {
    const made = await json([
      'clients',
      'add',
      'Heart Diary',
      '--redirect-uris',
      'https://d.example/cb https://d.example/b',
      '--scope',
      'patient/*.rs',
    ])
    expect(made.value).toMatchObject({
      state: 'active',
      redirect_uris: ['https://d.example/cb', 'https://d.example/b'],
    })
    const id = made.value.client_id
    expect(made.value.client_secret).toMatch(/^[\w-]{43}$/)
    expect((await shell.run(['clients', 'list'])).out).toMatch(new RegExp(`${id} +Heart Diary +active`))
    expect((await json(['clients', 'suspend', id])).value.state).toBe('suspended')
    const unsure = await shell.run(['clients', 'remove', id])
    expect([unsure.code, unsure.err]).toEqual([1, expect.stringContaining('--yes')])
    expect((await shell.run(['clients', 'remove', id, '--yes'])).code).toBe(0)
    expect((await shell.run(['clients', 'show', id])).err).toContain('There is no such client.')
  })

  test('of a file that is not JSON, or not there, is refused with why', async () => {
    writeFileSync(join(shell.folder, 'app.json'), '{')
    for (const file of ['app.json', 'gone.json']) {
      const { code, err } = await shell.run(['clients', 'add', 'X', '--from', file])
      expect([code, err]).toEqual([1, expect.stringContaining(`${file} does not hold JSON`)])
    }
  })

  test('with faults is refused with the member and why', async () => {
    const missing = await shell.run(['clients', 'add', 'X'])
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('scope')])
    const wild = await shell.run([
      'clients',
      'add',
      'X',
      '--scope',
      'patient/*.rs',
      '--redirect-uris',
      'https://*.example/',
    ])
    expect([wild.code, wild.err]).toEqual([1, expect.stringContaining('redirect_uris')])
  })
})

test('a person is added with a password from standard input, never from the command line', async () => {
  const add = ['users', 'add', 'ana', 'Ana Ruiz', '--fhir-user', 'Patient/1', '--password']
  expect((await json(add, 'correct horse\n')).value).toMatchObject({ username: 'ana', has_password: true })
  const again = await shell.run(add, 'correct horse')
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('belongs to someone already')])
  const short = await shell.run(['users', 'password', 'ana'], 'abc')
  expect([short.code, short.err]).toEqual([1, expect.stringContaining('8 to 200 characters')])
  expect((await shell.run(['users', 'disable', 'nobody'])).err).toContain('no user nobody')
  expect((await json(['users', 'disable', 'ana'])).value.state).toBe('disabled')
})

test('grants need a person or an app to be listed; an unknown grant is told', async () => {
  expect((await shell.run(['grants', 'list'])).err).toContain('--user or --client')
  expect((await json(['grants', 'list', '--user', 'ana'])).value).toEqual([])
  expect((await shell.run(['grants', 'revoke', 'none'])).err).toContain('no such grant')
})

test('keys are rotated: the new ones are announced before they sign', async () => {
  await json(['keys', 'list'])
  const { value } = await json(['keys', 'rotate'])
  expect(value.map(({ state }: { state: string }) => state).toSorted()).toEqual([
    'announced',
    'announced',
    'retiring',
    'retiring',
  ])
})

test('an operator gets a token once, and a row without it', async () => {
  const { out } = await shell.run(['operators', 'new', 'joe', '--role', 'support'])
  const [token = '', row = ''] = out.trim().split('\n')
  expect(JSON.parse(row)).toMatchObject({ name: 'joe', role: 'support', hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(row).not.toContain(token)
  expect((await shell.run(['operators', 'new', 'joe', '--role', 'king'])).err).toContain('viewer, support, admin')
})

test('every change is audited with who made it, and no secret', async () => {
  const text = readFileSync(join(shell.folder, 'gatehouse-audit.jsonl'), 'utf8')
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(new Set(records.map(({ event }) => event))).toEqual(
    new Set(['client-registered', 'client-changed', 'client-removed', 'admin-action', 'key-rotated']),
  )
  expect(records.every(({ actor, time }) => actor.startsWith('cli:') && time.endsWith('Z'))).toBe(true)
  expect(text).not.toContain('correct horse')
})
