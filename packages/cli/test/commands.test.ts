import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openShell } from './run.ts'

describe('help', () => {
  const shell = openShell()

  test('stands under no words, help, --help and the name of a command', async () => {
    for (const argv of [[], ['help'], ['--help']]) {
      const { code, out } = await shell.run(argv)
      expect([code, out]).toEqual([0, expect.stringContaining('Run the authorization server.')])
    }
    expect((await shell.run(['help', 'migrate'])).out).toContain('--check')
    expect((await shell.run(['migrate', '--help'])).out).toContain('--check')
  })

  test('a mistyped command is guessed; an unknown option says where to look', async () => {
    const mistyped = await shell.run(['migrat'])
    expect([mistyped.code, mistyped.err]).toEqual([1, expect.stringContaining('Did you mean `gatehouse migrate`?')])
    const option = await shell.run(['serve', '--prot', '1'])
    expect([option.code, option.err]).toEqual([1, expect.stringContaining('gatehouse help serve')])
  })

  test('a missing word is named with how the command is typed', async () => {
    const { code, err } = await shell.run(['init'])
    expect([code, err]).toEqual([1, expect.stringMatching(/init needs <issuer.*gatehouse init <issuer/s)])
  })
})

describe('a new installation', () => {
  const shell = openShell()

  test('without a configuration, serve says how to get one', async () => {
    const { code, err } = await shell.run(['serve'])
    expect([code, err]).toEqual([1, expect.stringMatching(/no readable configuration.*gatehouse init/s)])
  })

  test('init writes a configuration and a key only its owner reads, and overwrites neither', async () => {
    expect((await shell.run(['init', 'https://auth.example.org/'])).code).toBe(0)
    const files = ['gatehouse.json', 'gatehouse.key'].map((name) => join(shell.folder, name))
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
    const key = readFileSync(files[1] ?? '', 'utf8')
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}\n$/)
    const again = await shell.run(['init', 'https://other.example.org'])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('move it away')])
    expect(readFileSync(files[1] ?? '', 'utf8')).toBe(key)
  })

  test('migrate brings the database up, and --check tells whether it is', async () => {
    expect((await shell.run(['migrate', '--check'])).code).toBe(1)
    expect((await shell.run(['migrate'])).out).toContain('from schema version 0 to')
    expect((await shell.run(['migrate', '--check'])).code).toBe(0)
    expect(statSync(join(shell.folder, 'gatehouse.db')).mode & 0o777).toBe(0o600)
  })
})

describe('a faulty configuration', () => {
  const shell = openShell({ SET: 'x'.repeat(43) })
  const serveWith = (text: string) => {
    writeFileSync(join(shell.folder, 'gatehouse.json'), text)
    return shell.run(['serve'])
  }
  const valid = {
    issuer: 'https://auth.example.org',
    organization: { name: 'H' },
    masterKey: { env: 'SET' },
    resourceServers: [{ base: 'https://fhir.example.org/r4', name: 'F' }],
  }

  test('names every fault at once, with its path', async () => {
    const { code, err } = await serveWith(
      JSON.stringify({ ...valid, issuer: 'x', tokn: {}, token: { accessToken: '2h' } }),
    )
    expect(code).toBe(1)
    expect(err).toContain('issuer:')
    expect(err).toContain('tokn')
    expect(err).toContain('token.accessToken: must be from 1m to 1h')
  })

  test('that is not JSON is told with its line', async () => {
    expect((await serveWith('{\n  "issuer": "x",\n}')).err).toMatch(/gatehouse\.json(, line 3)? is not JSON/)
  })

  test('a reference that leads nowhere is named, and never the secret', async () => {
    const missing = await serveWith(JSON.stringify({ ...valid, masterKey: { env: 'NOT_SET' } }))
    expect(missing.err).toContain('masterKey refers to the environment variable NOT_SET')
    const file = await serveWith(JSON.stringify({ ...valid, masterKey: { file: 'gone.key' } }))
    expect(file.err).toMatch(/masterKey refers to the file .*gone\.key, which cannot be read \(ENOENT\)/)
    const short = await serveWith(JSON.stringify({ ...valid, masterKey: 'hunter2' }))
    expect(short.err).toContain('masterKey: must be 32 bytes')
    expect(short.err).not.toContain('hunter2')
  })
})

const shell = openShell()

test('scopes says what is allowed, and what grants nothing ends with exit code 1', async () => {
  const right = await shell.run(['scopes', 'patient/Observation.rs offline_access'])
  expect([right.code, right.out]).toEqual([
    0,
    expect.stringMatching(/record of the one patient.*patient\/Observation\.rs/s),
  ])
  const wrong = await shell.run(['scopes', 'patient/Observation.sr'])
  expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('order c r u d s')])
})
