import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShell } from './run.ts'

const codesOf = (out: string): readonly string[] => JSON.parse(out).map(({ code }: { code: string }) => code)

describe('an installation', () => {
  const shell = openShell()
  const file = (name: string): string => join(shell.folder, name)
  const configure = (changes: object): void => {
    const config = JSON.parse(readFileSync(file('gatehouse.json'), 'utf8'))
    writeFileSync(file('gatehouse.json'), JSON.stringify({ ...config, ...changes }))
  }

  test('without a usable configuration is told what is wrong with it', async () => {
    const { code, out } = await shell.run(['doctor'])
    expect([code, out]).toEqual([1, expect.stringMatching(/ERROR config\/invalid.*no readable configuration/s)])
  })

  test('fresh from init is told what is left to do, and nothing is made by looking', async () => {
    await shell.run(['init', 'https://auth.invalid'])
    const { code, out } = await shell.run(['doctor', '--json'])
    expect([code, codesOf(out)]).toEqual([1, expect.arrayContaining(['store/behind', 'config/no-operators'])])
    expect(existsSync(file('gatehouse.db'))).toBe(false)
    const text = (await shell.run(['doctor'])).out
    expect(text).toContain('→ Run `gatehouse migrate`.')
  })

  test('is told of exposed files, an issuer that is not reached, and keys of another master key', async () => {
    await shell.run(['keys', 'list'])
    writeFileSync(file('other.key'), Buffer.alloc(32, 9).toString('base64url'), { mode: 0o644 })
    configure({ masterKey: { file: 'other.key' } })
    const { out } = await shell.run(['doctor', '--json'])
    expect(codesOf(out)).toEqual(
      expect.arrayContaining(['config/file-exposed', 'keys/unreadable', 'discovery/unreachable']),
    )
  })
})

describe('any SMART server', () => {
  const shell = openShell()
  let server: Server
  let base: string
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ capabilities: ['launch-ehr'], token_endpoint: '/token' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
  })
  afterAll(() => {
    server.close()
  })

  test('is probed by its FHIR base, without a configuration of ours', async () => {
    const { code, out } = await shell.run(['doctor', base, '--json'])
    expect(code).toBe(1)
    expect(codesOf(out)).toEqual(
      expect.arrayContaining([
        'discovery/no-cors',
        'discovery/url-relative',
        'discovery/pkce',
        'discovery/member-missing',
      ]),
    )
  })

  test('that is not there is told how it failed', async () => {
    const { out } = await shell.run(['doctor', 'http://127.0.0.1:1/fhir'])
    expect(out).toContain(
      'discovery/unreachable: http://127.0.0.1:1/fhir/.well-known/smart-configuration (ECONNREFUSED)',
    )
  })
})
