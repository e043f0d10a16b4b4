import { globSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCycles, reachableFrom } from './import-graph.ts'
import { findRestrictedNames } from './restricted-names.ts'
import { type Export, type Import, isTest, type SourceFile, sourceFiles } from './source-tree.ts'

const files = sourceFiles()
const product = files.filter(({ path }) => path.startsWith('packages/') && !isTest(path))

/** The files of a glob such as `packages/server/src/token/*`, tests left out. */
const inFolder = (...globs: readonly string[]): readonly SourceFile[] =>
  product.filter(({ path }) => globs.some((glob) => matchesGlob(path, glob)))

/** `file:line what`, for every import that the rule refuses. */
const offences = (from: readonly SourceFile[], isOffence: (used: Import, file: SourceFile) => boolean): string[] =>
  from.flatMap((file) =>
    file.imports
      .filter((used) => isOffence(used, file))
      .map(({ line, specifier }) => `${file.path}:${line} ${specifier}`),
  )

const isNode = ({ specifier }: Import): boolean => specifier.startsWith('node:')

/** npm name of an import: `@scope/name` or `name`; undefined for relative and Node's own. */
const packageOf = (used: Import): string | undefined => {
  if (used.path !== undefined || isNode(used)) return undefined
  return used.specifier.split('/', used.specifier.startsWith('@') ? 2 : 1).join('/')
}

const fastifyAndPlugins = [
  'fastify',
  '@fastify/helmet',
  '@fastify/cors',
  '@fastify/formbody',
  '@fastify/cookie',
  '@fastify/rate-limit',
  '@fastify/under-pressure',
  '@fastify/swagger',
]

describe('a package imports only what its row allows', () => {
  const rows: readonly { from: string; may: readonly string[]; why: string }[] = [
    { from: 'scopes', may: [], why: 'it runs in the consent page, the gateway and apps alike' },
    {
      from: 'client',
      may: ['@gatehouse/scopes', 'oauth4webapi'],
      why: 'it shares no protocol code with the server: two readings of the specification test each other',
    },
    {
      from: 'server',
      may: [
        '@gatehouse/scopes',
        ...fastifyAndPlugins,
        'jose',
        'zod',
        'openid-client',
        'htm',
        'preact',
        'preact-render-to-string',
        '@formatjs/intl',
        'tldts',
        'ipaddr.js',
        'pkijs',
        'pg',
      ],
      why: 'every other effect comes in through env',
    },
    {
      from: 'gateway',
      may: ['@gatehouse/scopes', ...fastifyAndPlugins, 'jose', 'zod', 'undici'],
      why: 'never the server: it stands in another trust zone and speaks only JWKS, introspection and the revocation feed',
    },
    {
      from: 'cli',
      may: [
        '@gatehouse/scopes',
        '@gatehouse/server',
        '@gatehouse/gateway',
        '@gatehouse/client',
        'pino',
        'prom-client',
        'nodemailer',
        'croner',
        'dns-packet',
        'undici',
      ],
      why: 'the composition root knows all packages and the libraries of the real world, nothing else',
    },
  ]
  test.each(rows)('$from: $why', ({ from, may }) => {
    const refused = offences(inFolder(`packages/${from}/src/**`), (used, { path }) => {
      const name = packageOf(used)
      if (name !== undefined) return !may.includes(name)
      return used.path !== undefined && !used.path.startsWith(`${path.split('/').slice(0, 2).join('/')}/src/`)
    })
    expect(refused).toEqual([])
  })

  test('and declares what it imports, so that it can be installed alone', () => {
    const undeclared = product.flatMap((file) => {
      const folder = file.path.split('/').slice(0, 2).join('/')
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
      return offences([file], (used) => {
        const name = packageOf(used)
        return name !== undefined && !(name in dependencies) && !(name in peerDependencies)
      })
    })
    expect(undeclared).toEqual([])
  })

  test('and another package only by its name, never by a path into it', () => {
    expect(offences(product, ({ specifier }) => /^@gatehouse\/[^/]+\/(src|dist)/.test(specifier))).toEqual([])
  })
})

describe('one door per library: it can be replaced, and its misuse found, in one place', () => {
  const doors: readonly { library: string; doors: readonly string[] }[] = [
    { library: 'fastify', doors: ['*/src/app.ts', '*/src/mount.ts'] },
    { library: 'undici', doors: ['gateway/src/upstream.ts', 'cli/src/real-env/*'] },
    { library: 'node:sqlite', doors: ['server/src/store/sqlite.ts'] },
    { library: 'pg', doors: ['server/src/store/postgres.ts'] },
    { library: 'openid-client', doors: ['server/src/sign-in/identity-provider.ts'] },
    { library: 'preact', doors: ['server/src/ui/page.ts'] },
    { library: 'preact-render-to-string', doors: ['server/src/ui/page.ts'] },
    { library: 'htm', doors: ['server/src/ui/page.ts'] },
    { library: '@formatjs/intl', doors: ['server/src/ui/messages.ts'] },
    { library: 'tldts', doors: ['server/src/app-identity/domain-proof.ts'] },
    { library: 'ipaddr.js', doors: ['server/src/outbound.ts'] },
    {
      library: 'pkijs',
      doors: ['server/src/clients/software-statement.ts', 'server/src/app-identity/certificate.ts'],
    },
    { library: 'pino', doors: ['cli/src/real-env/log.ts'] },
    { library: 'prom-client', doors: ['cli/src/real-env/metrics.ts'] },
    { library: 'nodemailer', doors: ['cli/src/real-env/mail.ts'] },
    { library: 'croner', doors: ['cli/src/real-env/schedule.ts'] },
    { library: 'dns-packet', doors: ['cli/src/real-env/dns.ts'] },
  ]
  test.each(doors)('$library', ({ library, doors }) => {
    const refused = offences(
      product,
      (used, { path }) =>
        !used.typeOnly &&
        (packageOf(used) === library || used.specifier === library) &&
        !doors.some((door) => matchesGlob(path, `packages/${door}`)),
    )
    expect(refused).toEqual([])
  })
})

describe('effects are named in one place', () => {
  const realEnvironments = [
    'packages/cli/src/real-env/**',
    'packages/cli/src/main.ts',
    'packages/client/src/browser.ts',
    'packages/client/src/node.ts',
  ]
  const isReal = ({ path }: SourceFile): boolean => realEnvironments.some((glob) => matchesGlob(path, glob))
  const rest = product.filter((file) => !isReal(file))

  test('no clock, randomness, network, timer or output by a global name: a reviewer reads Env to know them all', () => {
    expect(
      rest.flatMap((file) => findRestrictedNames(file).map(({ name, line }) => `${file.path}:${line} ${name}`)),
    ).toEqual([])
  })

  test('of Node only what computes; files, sockets and processes are opened by the real environment', () => {
    const computing = [
      'node:assert/strict',
      'node:buffer',
      'node:crypto',
      'node:stream',
      'node:stream/promises',
      'node:util',
      'node:zlib',
    ]
    const refused = offences(
      rest,
      (used) =>
        isNode(used) && !used.typeOnly && used.specifier !== 'node:sqlite' && !computing.includes(used.specifier),
    )
    expect(refused).toEqual([])
  })

  test('scopes and the hearts of the client run in browsers: nothing of Node in scopes', () => {
    expect(offences(inFolder('packages/scopes/src/**'), isNode)).toEqual([])
  })
})

/** Decisions without effects: `nextStep`, `decide` and everything they are made of. Relative to `packages/`. */
const pureFiles = [
  'scopes/src/**',
  ...[
    'resource-servers',
    'outbound',
    'answer',
    'without-undefined',
    'duration',
    'clients/client',
    'clients/metadata',
    'discovery/brand-bundle',
    'discovery/brand-rules',
    'clients/registrable-uri',
    'app-identity/facts',
    'app-identity/snapshot',
    'app-identity/certificate',
    'app-identity/domain-proof',
    'app-identity/verdict',
    'launch/launch-context',
    'launch/style-url',
    'authorize/interaction',
    'authorize/policy',
    'authorize/next-step',
    'sign-in/user',
    'grants/grant',
    'grants/guard',
    'grants/consent-record',
    'grants/consent-resource',
    'notices/notice',
    'notices/reminders',
    'token/token-records',
    'token/token-family',
    'token/claims',
    'partners/partner',
    'partners/same-authority',
    'partners/restrictions',
    'audit/audit',
  ].map((name) => `server/src/${name}.ts`),
  ...[
    'fhir/*',
    'dicom/{request,decide,item}',
    'dimse/{pdu,associate,command,dataset}',
    'decision',
    'denial-reasons',
    'upstream-call',
    'wants',
    'assert-never',
    'authorization',
    'claims',
  ].map((name) => `gateway/src/${name}.ts`),
].map((glob) => `packages/${glob}`)

describe('pure files stay pure: a decision can be read, tabled and replayed without the world', () => {
  const pure = inFolder(...pureFiles)
  const pureLibraries = ['@gatehouse/scopes', 'zod', 'tldts', 'ipaddr.js', 'pkijs']

  test('they import types, scopes, errors, tables and each other only', () => {
    const paths = new Set(pure.map(({ path }) => path))
    const mayLoad = ({ path }: Import): boolean =>
      path !== undefined && (paths.has(path) || path.endsWith('.data.ts') || path.includes('/src/errors/'))
    const refused = offences(pure, (used) => {
      const name = packageOf(used)
      if (used.typeOnly || mayLoad(used)) return false
      return name === undefined ? used.specifier !== 'node:crypto' : !pureLibraries.includes(name)
    })
    expect(refused).toEqual([])
  })

  test('they wait for nothing', () => {
    expect(pure.filter(({ text }) => /^[^/*]*\bawait\b/m.test(text)).map(({ path }) => path)).toEqual([])
  })

  test('they keep nothing between calls', () => {
    expect(pure.filter(({ text }) => /^(export )?let /m.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('inside the server', () => {
  const server = inFolder('packages/server/src/**')
  const map = 'packages/server/src/app.ts'

  test('only the map imports endpoints: steps never call each other, the browser returns to /authorize', () => {
    const endpoints = endpointFiles(server, map)
    expect(
      offences(server, ({ path, typeOnly }, file) => !typeOnly && file.path !== map && endpoints.has(path)),
    ).toEqual([])
  })

  test('stores and pages know no endpoint and no environment', () => {
    const refused = offences(
      inFolder('packages/server/src/store/**', 'packages/server/src/ui/**'),
      ({ path, typeOnly }) => !typeOnly && (path?.endsWith('/app.ts') || path?.endsWith('/mount.ts')) === true,
    )
    expect(refused).toEqual([])
  })

  test('no token request waits for a probe of an app', () => {
    const probes = inFolder('packages/server/src/token/**').filter(({ path }) =>
      reachableFrom(path, server).has('packages/server/src/app-identity/probe.ts'),
    )
    expect(probes.map(({ path }) => path)).toEqual([])
  })
})

/** Files whose functions stand in the map, last in lines such as `get('/path', name),` or `post('/path', wrapped(name)),`. */
const endpointFiles = (server: readonly SourceFile[], map: string): ReadonlySet<string | undefined> => {
  const file = server.find(({ path }) => path === map)
  const mounted = new Set(
    [...(file?.text.matchAll(/\b(?:endpoint: |(?:get|post|page|api)\(.*?, )(\w+)[),\s]/g) ?? [])].map(
      ([, name]) => name,
    ),
  )
  const used = file?.imports.filter(({ names, path }) => path !== undefined && names.some((name) => mounted.has(name)))
  return new Set(used?.map(({ path }) => path))
}

describe('inside the gateway', () => {
  const meetOnlyInDicom = 'the protocols meet only in dicom/, so that one decision serves both'
  test.each([
    ['fhir', ['dicom', 'dicomweb', 'dimse']],
    ['dicom', ['fhir', 'dicomweb', 'dimse']],
    ['dicomweb', ['fhir', 'dimse']],
    ['dimse', ['fhir', 'dicomweb']],
  ])(`%s does not import %s: ${meetOnlyInDicom}`, (from, others) => {
    const refused = offences(inFolder(`packages/gateway/src/${from}/**`), ({ path }) =>
      others.some((other) => path?.startsWith(`packages/gateway/src/${other}/`)),
    )
    expect(refused).toEqual([])
  })
})

/** Names imported from each file, by path; `*` when all of them are. */
const importedNames = new Map<string, Set<string>>()
for (const { path, names } of files.flatMap(({ imports }) => imports))
  if (path !== undefined) importedNames.set(path, new Set([...(importedNames.get(path) ?? []), ...names]))

/** What packages offer to others: nobody here has to use it. */
const entryPoints = new Set(
  globSync('packages/*/package.json').flatMap((manifest) => {
    const { exports }: { exports: Record<string, { source: string }> } = JSON.parse(readFileSync(manifest, 'utf8'))
    return Object.values(exports).map(({ source }) => join(dirname(manifest), source))
  }),
)

/** A type may stand in the signature of another export of its file; a value needs somebody else. */
const isUnused = ({ name, start }: Export, { path, text }: SourceFile): boolean => {
  const taken = importedNames.get(path)
  if (taken?.has(name) || taken?.has('*')) return false
  const isType = /^export (type|interface) /.test(text.slice(start, start + 20))
  return !isType || text.split(new RegExp(`\\b${name}\\b`)).length < 3
}

describe('everywhere', () => {
  test('no import cycles: every file can be understood after those it names', () => {
    expect(findCycles(files)).toEqual([])
  })

  test('nothing is exported that no other file uses: what is private can be changed without looking around', () => {
    const unused = product
      .filter(({ path }) => !entryPoints.has(path))
      .flatMap((file) =>
        file.exports.filter((exported) => isUnused(exported, file)).map(({ name }) => `${file.path} ${name}`),
      )
    expect(unused).toEqual([])
  })

  test('nothing in the product imports what stands around it', () => {
    const around = /^(sandbox|conformance|bench|tools|examples)\//
    expect(offences(product, ({ path }) => path !== undefined && around.test(path))).toEqual([])
  })

  test('no name says nothing: file and symbol names carry no filler words', () => {
    const filler = new Set(
      ['helper', 'util', 'common', 'misc', 'manager', 'service', 'processor', 'base', 'info', 'data'].flatMap(
        (word) => [word, `${word}s`],
      ),
    )
    const parts = (name: string): readonly string[] => name.split(/[-_./]|(?=[A-Z])/).map((part) => part.toLowerCase())
    const isFiller = (name: string): boolean => parts(name).some((part) => filler.has(part))
    const fileNames = files.filter(({ path }) => isFiller(path.replace(/(\.data|\.test)?\.ts$/, '')))
    expect(fileNames.map(({ path }) => path)).toEqual([])
    const symbols = files
      .filter(({ path }) => !path.endsWith('.data.ts'))
      .flatMap(({ path, exports }) => exports.filter(({ name }) => isFiller(name)).map(({ name }) => `${path} ${name}`))
    expect(symbols).toEqual([])
  })

  test('classes are errors only: state lives in records, behaviour in functions', () => {
    const classes = product.filter(({ text }) => /^\s*(export )?(abstract )?class (?!\w+Error\b)/m.test(text))
    expect(classes.map(({ path }) => path)).toEqual([])
  })

  test('files are named in kebab-case', () => {
    expect(
      files
        .filter(({ path }) => !/^[a-z0-9-]+(\.[a-z-]+)*\.ts$/.test(path.split('/').at(-1) ?? ''))
        .map(({ path }) => path),
    ).toEqual([])
  })
})
