import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

/** Programs the tests drive that npm does not have: the package, and a file that proves it is there. */
const needed: readonly { readonly package: string; readonly proof: string; readonly why: string }[] = [
  { package: 'chromium', proof: '/usr/bin/chromium', why: 'end-to-end tests in a real browser' },
  { package: 'postgresql', proof: '/usr/lib/postgresql/*/bin/initdb', why: 'the store contract on PostgreSQL' },
  { package: 'apache2', proof: '/usr/sbin/apache2', why: 'mod_auth_openidc as an independent relying party' },
  {
    package: 'libapache2-mod-auth-openidc',
    proof: '/usr/lib/apache2/modules/mod_auth_openidc.so',
    why: 'mod_auth_openidc as an independent relying party',
  },
]

const missing = (): typeof needed => needed.filter(({ proof }) => globSync(proof).length === 0)

/**
 * Installs what is missing with apt-get where it may (as root), else says what to install.
 * Answers whether everything is there: a test without its program would be a silent skip.
 */
export const ensureDebianPackages = (): boolean => {
  if (missing().length === 0) return true
  const names = missing().map((row) => row.package)
  const isRoot = process.getuid?.() === 0
  if (isRoot && globSync('/usr/bin/apt-get').length > 0) {
    console.log(`Installing ${names.join(', ')} …`)
    aptGet('update')
    aptGet('install', '--yes', '--no-install-recommends', ...names)
  }
  for (const row of missing())
    console.log(`Missing: ${row.package} (${row.why}). Install it: apt-get install ${row.package}`)
  return missing().length === 0
}

const aptGet = (...args: readonly string[]): void => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8' })
  if (status !== 0) console.log(`apt-get ${args[0]} failed:\n${stdout}\n${stderr}`)
}
