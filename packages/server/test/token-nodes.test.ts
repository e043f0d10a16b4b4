import { type ChildProcess, fork } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashSecret, newSecret } from '../src/secret.ts'
import type { Store } from '../src/store/store.ts'
import { aKeyClient, anAssertion, asForm } from './key-client.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { aProof, newProofKey } from './proof.ts'
import type { NodeMode } from './server-process.ts'
import { openByUrl } from './store-process.ts'
import { aClient, aGrant, aUser, verifier } from './token-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-nodes-'))
const children: ChildProcess[] = []
let postgres: TestPostgres | undefined
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  postgres?.stop()
  rmSync(folder, { recursive: true })
})

const databases = [
  { name: 'a SQLite file', fresh: async () => join(folder, 'nodes.db') },
  {
    name: 'PostgreSQL',
    fresh: async () => {
      postgres = await startPostgres()
      return postgres.createDatabase('nodes')
    },
  },
]

/** A server in a process of its own; its address. */
const startNode = async (url: string, mode: NodeMode): Promise<string> => {
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [url, mode], { execArgv: ['--conditions=source'] })
  children.push(child)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the node ended with ${code}`)
  })
  ended.catch(() => undefined)
  const [{ address }] = await Promise.race([once(child, 'message'), ended])
  return address
}

type Form = Readonly<Record<string, string>>
type Told = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

const post = async (node: string, form: Form, headers: Form = {}): Promise<Told> => {
  const response = await fetch(`${node}/token`, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, body: await response.json() }
}
const refresh = (node: string, text: string, headers: Form = {}) =>
  post(node, { grant_type: 'refresh_token', refresh_token: text, client_id: aClient.id }, headers)

const now = (): number => Math.floor(Date.now() / 1000)

describe.each(databases)('two nodes on $name', ({ fresh }) => {
  let where: string
  let store: Store
  let nodes: readonly [string, string]

  beforeAll(async () => {
    where = await fresh()
    store = openByUrl(where)
    await store.migrate()
    await store.clients.create(aClient)
    await store.clients.create(await aKeyClient(['ES384']))
    await store.users.create(aUser)
    nodes = [await startNode(where, 'live'), await startNode(where, 'live')]
  })
  afterAll(() => store.close())

  const newCode = async (id: string): Promise<string> => {
    const text = newSecret({ random: randomBytes })
    const times = { createdAt: now(), lastUsedAt: now(), authenticatedAt: now() }
    const code = {
      grantId: id,
      clientId: aClient.id,
      redirectUri: 'https://app.example/callback',
      codeChallenge: hash('sha256', verifier, 'base64url'),
      issuedAt: now(),
      expiresAt: now() + 60,
      hash: hashSecret(text),
    }
    await store.grants.createWithCode({ ...aGrant, ...times, id }, code, undefined)
    return text
  }
  const redemption = (code: string): Form => ({
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'https://app.example/callback',
    code_verifier: verifier,
    client_id: aClient.id,
  })
  const firstToken = async (id: string, headers: Form = {}): Promise<string> =>
    String((await post(nodes[0], redemption(await newCode(id)), headers)).body.refresh_token)
  const onBoth = <T>(times: number, send: (node: string) => Promise<T>): Promise<readonly T[]> =>
    Promise.all(Array.from({ length: times }, (_, index) => send(nodes[index % 2 === 0 ? 0 : 1])))

  test('TOK-10 fifty refreshes with one token on both nodes get one successor', async () => {
    const first = await firstToken('fifty')
    const answers = await onBoth(50, (node) => refresh(node, first))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
  })

  test('RFC-01 THR-06 of twenty redemptions on both nodes one succeeds and its tokens die', async () => {
    const code = await newCode('twenty')
    const answers = await onBoth(20, (node) => post(node, redemption(code)))
    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    expect((await refresh(nodes[1], String(winners[0]?.body.refresh_token))).body.error_reason).toBe('grant_revoked')
  })

  test('TOK-10 a node killed between commit and answer costs nothing: the other node gives the same successor', async () => {
    const first = await firstToken('killed')
    const dying = await startNode(where, 'die-after-rotation')
    await expect(refresh(dying, first)).rejects.toThrow()
    const retried = await refresh(nodes[1], first)
    expect(retried.status).toBe(200)
    const successor = String(retried.body.refresh_token)
    expect((await refresh(nodes[0], successor)).status).toBe(200)
  })

  test('TOK-10 TOK-14 kill -9 amid 1,000 token requests loses no refresh token that was answered', async () => {
    const doomed = await startNode(where, 'live')
    const victim = children.at(-1)
    const chains = await Promise.all(Array.from({ length: 20 }, (_, index) => firstToken(`crash-${index}`)))
    let answered = 0
    const follow = async (chain: number): Promise<void> => {
      for (let turn = 0; turn < 50; turn += 1) {
        const { status, body } = await refresh(doomed, chains[chain] ?? '')
        expect(status).toBe(200)
        chains[chain] = String(body.refresh_token)
        answered += 1
        if (answered === 400) victim?.kill('SIGKILL')
      }
    }
    const outcomes = await Promise.allSettled(chains.map((_, chain) => follow(chain)))
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    expect(answered).toBeGreaterThanOrEqual(400)
    const after = await Promise.all(chains.map((text) => refresh(nodes[1], text)))
    expect(after.map(({ status }) => status)).toEqual(after.map(() => 200))
  })

  test('TOK-17 AID-21 a hundred refreshes while paused consume nothing; the same token works afterwards', async () => {
    const first = await firstToken('paused')
    await store.grants.suspend('paused', 'organization_changed', now())
    const answers = await onBoth(100, (node) => refresh(node, first))
    expect(new Set(answers.map(({ body }) => body.error_reason))).toEqual(new Set(['grant_suspended']))
    await store.grants.resume('paused', {}, now())
    expect((await refresh(nodes[1], first)).status).toBe(200)
  })

  test('TOK-40 a withdrawal that races with rotation on both nodes leaves no token that works', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = `race-${round}`
      const first = await firstToken(id)
      const withdraw = store.grants.end(id, { state: 'revoked', reason: 'withdrawn_by_user' }, now())
      const [answers] = await Promise.all([onBoth(4, (node) => refresh(node, first)), withdraw])
      const issued = answers.flatMap(({ body }) => (typeof body.refresh_token === 'string' ? [body.refresh_token] : []))
      for (const text of new Set([first, ...issued])) expect((await refresh(nodes[0], text)).status).toBe(400)
    }
  })

  test('CA-28 THR-19 one assertion on two nodes works once', async () => {
    const assertion = await anAssertion({ claims: { exp: now() + 60 } })
    const form = { grant_type: 'client_credentials', scope: 'system/*.rs', ...asForm(assertion) }
    const answers = await onBoth(10, (node) => post(node, form))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('TOK-21 one DPoP proof on two nodes works once', async () => {
    const key = await newProofKey()
    const first = await firstToken('bound', { dpop: await aProof(key, now()) })
    const proof = { dpop: await aProof(key, now()) }
    const answers = await onBoth(10, (node) => refresh(node, first, proof))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error))).toEqual(
      new Set(['invalid_dpop_proof']),
    )
  })

  test('THR-43 a token signed by one node is verified by the other', async () => {
    const answer = await post(nodes[0], redemption(await newCode('signed')))
    const authorization = `Bearer ${answer.body.access_token}`
    expect((await fetch(`${nodes[1]}/userinfo`, { headers: { authorization } })).status).toBe(200)
  })

  test('TOK-14 no raw token or code is in the database', async () => {
    const code = await newCode('grep')
    const { body } = await post(nodes[0], redemption(code))
    const next = (await refresh(nodes[1], String(body.refresh_token))).body
    const secrets = [code, body.refresh_token, body.access_token, next.refresh_token, verifier].map(String)
    const dump = where.startsWith('postgres:')
      ? await dumpPostgres(where)
      : ['', '-wal'].map((suffix) => readFileSync(`${where}${suffix}`).toString('latin1')).join('')
    expect(dump).toContain('grep')
    expect(secrets.filter((secret) => dump.includes(secret))).toEqual([])
  })
})

/** Every row of every table as text. */
const dumpPostgres = async (url: string): Promise<string> => {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  await client.connect()
  const tables = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
  const rows: string[] = []
  for (const { tablename } of tables.rows) {
    const result = await client.query(`SELECT * FROM ${client.escapeIdentifier(tablename)}`)
    rows.push(JSON.stringify(result.rows))
  }
  await client.end()
  return rows.join('\n')
}
