import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The packages someone installs, by folder. */
export const packages = ['scopes', 'server', 'gateway', 'client', 'cli'] as const

/** Everything that can be imported from a package: `@gatehouse/client`, `@gatehouse/client/browser` … */
export const entriesOf = (name: string): readonly string[] => {
  const { exports } = JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8'))
  return Object.keys(exports).map((path) => `@gatehouse/${name}${path.slice(1)}`)
}

/** A project of its own, outside the workspaces, where the packed packages are installed as npm would. */
export const consumer = join(import.meta.dirname, '../../node_modules/.cache/consumer')

/** Where a packed package lies in the consumer's project. */
export const installed = (name: string): string => join(consumer, 'node_modules/@gatehouse', name)

/**
 * Builds all packages and unpacks exactly what would be published. Third-party dependencies are found further up, in the
 * repository's `node_modules`; our own are found here first, so nothing can reach `src/` by accident.
 */
export const packAndInstall = (): void => {
  rmSync(consumer, { recursive: true, force: true })
  mkdirSync(consumer, { recursive: true })
  for (const name of packages) rmSync(join('packages', name, 'dist'), { recursive: true, force: true })
  execFileSync('node_modules/.bin/tsc', ['-b', '--force', 'tsconfig.build.json'], { stdio: 'inherit' })
  execFileSync('npm', ['pack', '--silent', '--workspaces', '--pack-destination', consumer])
  for (const tarball of readdirSync(consumer).filter((file) => file.endsWith('.tgz'))) {
    const folder = installed(/^gatehouse-(\w+)-/.exec(tarball)?.[1] ?? tarball)
    mkdirSync(folder, { recursive: true })
    execFileSync('tar', ['-xzf', join(consumer, tarball), '-C', folder, '--strip-components=1'])
  }
}
