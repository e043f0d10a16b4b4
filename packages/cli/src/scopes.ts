import {
  describe,
  formatScope,
  type Level,
  type MalformedReason,
  parseScopes,
  type Row,
  type Scope,
} from '@gatehouse/scopes'
import type { Command } from './command.ts'

/** `gatehouse scopes`: what a scope string lets an app do, and what in it grants nothing. */
export const scopesCommand: Command = {
  summary: 'Say in words what a scope string allows.',
  usage: '<scope string, quoted>',
  options: { json: { kind: 'flag', about: 'print the description as JSON' } },
  run: async (call, { terminal }) => {
    const scopes = parseScopes(call.words.join(' '))
    if (call.flag('json')) terminal.print(JSON.stringify(describe(scopes, 'en'), undefined, 2))
    else for (const line of explain(scopes)) terminal.print(line)
    return scopes.some(({ kind }) => kind === 'malformed') ? 1 : 0
  },
}

const whose: Readonly<Record<Level, string>> = {
  patient: 'in the record of the one patient in context',
  user: 'in every record the signed-in user may see',
  system: 'in every record this client is allowed, without a person',
}

const explain = (scopes: readonly Scope[]): readonly string[] => {
  const { sections, identity, offline, others } = describe(scopes, 'en')
  const wrong = scopes.flatMap((scope) =>
    scope.kind === 'malformed' ? [`  ${scope.text}  grants nothing: ${faults[scope.reason]}`] : [],
  )
  return [
    ...sections.flatMap(({ heading, level, rows }) => [`May ${heading} (${whose[level]}):`, ...rows.flatMap(lines)]),
    ...titled('Also:', [...identity, ...offline, ...others].flatMap(lines)),
    ...titled('Mistakes:', wrong),
  ]
}

const titled = (title: string, rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? [] : [title, ...rows]

const lines = ({ short, long, scopes, quality }: Row): readonly string[] => [
  `  ${short}: ${long}`,
  `    from ${scopes.map(formatScope).join(' ')}${quality === 'unknown' ? '  (nobody has written words for this)' : ''}`,
]

const faults: Readonly<Record<MalformedReason, string>> = {
  empty: 'nothing is written',
  'bad-character': 'it holds a character that no scope may have',
  'unknown-type': 'this is not a FHIR R4 resource type (types are spelled with capitals: Observation)',
  'missing-interactions': 'letters are missing after the dot: c, r, u, d, s, or read, write, *',
  'unknown-interaction': 'only the letters c, r, u, d, s may stand after the dot',
  'repeated-interaction': 'a letter stands twice',
  'unordered-interactions': 'the letters must stand in the order c r u d s',
  'query-on-v1': 'a query needs the letters of SMART 2 (.rs?…), not .read',
  'bad-query': 'the query is not name=value, joined by &',
  'bad-encoding': 'a % is not followed by two hexadecimal digits',
  'bad-launch-context': 'after launch/ comes a resource type in lower case, like launch/patient',
  'bad-role': 'the role is not a URL',
}
