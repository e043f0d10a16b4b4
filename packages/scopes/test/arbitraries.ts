import fc from 'fast-check'
import { formatScope } from '../src/format.ts'
import { letters } from '../src/interactions.ts'
import { parseScope } from '../src/parse.ts'
import type { ResourceScope, Scope } from '../src/scope.ts'

/** A small world, so that random scopes meet: two types, two parameters, three values. */
const level = fc.constantFrom('patient', 'user')
const type = fc.constantFrom('Observation', 'Condition', '*')
const suffix = fc.oneof(
  fc.constantFrom('read', 'write', '*'),
  fc.subarray([...letters], { minLength: 1 }).map((subset) => subset.join('')),
)
const value = fc.subarray(['a', 'b', 'c'], { minLength: 1 }).map((values) => values.join(','))
const parameter = fc.tuple(fc.constantFrom('_tag', '_security'), value).map(([name, text]) => `${name}=${text}`)
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  fc.array(parameter, { minLength: 1, maxLength: 3 }).map((parameters) => `?${parameters.join('&')}`),
)
const v1 = new Set(['read', 'write', '*'])

/** Texts of well-formed resource scopes. */
export const resourceText = fc
  .tuple(level, type, suffix, query)
  .map(([whose, what, how, which]) => `${whose}/${what}.${how}${v1.has(how) ? '' : which}`)

/** Well-formed resource scopes of the small world. */
export const resourceScopes = resourceText.map((text) => {
  const scope = parseScope(text)
  if (scope.kind !== 'resource') throw new Error(`not a resource scope: ${text}`)
  return scope
})

const plainTexts = fc.constantFrom(
  ...['launch', 'launch/patient', 'launch/list?role=a', 'launch/list', 'openid', 'fhirUser', 'profile'],
  ...['offline_access', 'online_access', '__x', 'https://example.org/scope'],
)

/** Well-formed scopes of every kind. */
export const scopes: fc.Arbitrary<Scope> = fc.oneof(resourceScopes, plainTexts.map(parseScope))

/** Texts of every kind, from almost right to noise. */
export const anyText = fc.oneof(
  resourceText,
  plainTexts,
  fc.string({ unit: 'binary' }),
  fc.tuple(resourceText, fc.string()).map(([text, noise]) => text + noise),
  fc.string({ unit: fc.constantFrom(...'patient/Observation.rs?=&%25launch'), maxLength: 40 }),
)

/** What a scope lets through in the small world, as words; `NewType` stands for a type of the future. */
export const meaning = (scope: Scope): ReadonlySet<string> => {
  if (scope.kind === 'malformed') return new Set()
  if (scope.kind === 'resource')
    return new Set(facts.flatMap((fact, index) => (letsThrough(scope, fact) ? [`fact ${index}`] : [])))
  const plain = formatScope(scope)
  return new Set(plain === 'launch/list' ? [plain, 'launch/list?role=a'] : [plain])
}

/** Whether nothing is in `part` that is not in `whole`. */
export const isPartOf = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean =>
  [...part].every((one) => whole.has(one))

/** What both let through. */
export const inBoth = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...a].filter((one) => b.has(one)))

/** What several scopes let through together. */
export const meaningOfAll = (all: readonly Scope[]): ReadonlySet<string> =>
  new Set(all.flatMap((scope) => [...meaning(scope)]))

type Resource = Readonly<Record<string, readonly string[]>>
type Fact = { readonly level: string; readonly type: string; readonly letter: string; readonly resource: Resource }

const subsets = ['', 'a', 'b', 'c', 'ab', 'ac', 'bc', 'abc'].map((text) => [...text])
const resources: readonly Resource[] = subsets.flatMap((_tag) => subsets.map((_security) => ({ _tag, _security })))
const facts: readonly Fact[] = ['patient', 'user'].flatMap((whose) =>
  ['Observation', 'Condition', 'NewType'].flatMap((what) =>
    letters.flatMap((letter) => resources.map((resource) => ({ level: whose, type: what, letter, resource }))),
  ),
)
const letsThrough = (scope: ResourceScope, fact: Fact): boolean =>
  scope.level === fact.level &&
  (scope.type === '*' || scope.type === fact.type) &&
  scope.interactions.some((letter) => letter === fact.letter) &&
  scope.query.every(({ name, value: text }) => text.split(',').some((one) => fact.resource[name]?.includes(one)))
