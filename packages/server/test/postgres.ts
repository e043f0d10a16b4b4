import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** A private PostgreSQL cluster on a free port of the loopback address. */
export type TestPostgres = {
  /** Makes an empty database and returns its URL. */
  readonly createDatabase: (name: string) => Promise<string>
  readonly stop: () => void
}

/**
 * Starts a cluster of its own in a temporary folder. Throws when PostgreSQL is not installed: a store that was not tried
 * does not pass. PostgreSQL refuses to run as root, so root starts it as the user `postgres`.
 */
export const startPostgres = async (): Promise<TestPostgres> => {
  const programs = findPrograms()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) execFileSync('chown', ['postgres', folder])
  const run = (program: string, ...args: readonly string[]): void => {
    const command = [join(programs, program), ...args]
    const [file = '', ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command
    execFileSync(file, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder })
  }
  const cluster = join(folder, 'cluster')
  const port = await freePort()
  run('initdb', '-D', cluster, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync')
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`
  run('pg_ctl', '-D', cluster, '-w', '-l', join(folder, 'log'), '-o', options, 'start')
  const stop = (): void => {
    process.off('exit', stop)
    run('pg_ctl', '-D', cluster, '-m', 'immediate', 'stop')
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', stop)
  return {
    createDatabase: async (name) => {
      const client = new Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` })
      await client.connect()
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
      await client.end()
      return `postgres://postgres@127.0.0.1:${port}/${name}`
    },
    stop,
  }
}

/** The folder of the server's programs: on the path, or where Debian keeps the newest version. */
const findPrograms = (): string => {
  const onPath = spawnSync('sh', ['-c', 'command -v initdb'], { encoding: 'utf8' }).stdout.trim()
  if (onPath !== '') return join(onPath, '..')
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const newest = versions.map((version) => join(debian, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  if (newest !== undefined) return newest
  throw new Error(
    'PostgreSQL is not installed, and the store must be tried on it: apt-get install postgresql (15 or newer), or put initdb on the PATH',
  )
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
