import type { Text } from './catalogue.ts'
import { resourceScope } from './format.ts'
import { knownQueries } from './queries.data.ts'
import { type Hint, type Quality, queryText } from './query-text.ts'
import {
  groupOf,
  isResourceType,
  mayRevealOf,
  type ResourceGroup,
  resourceGroups,
  type SensitivityTag,
  typesOf,
} from './resource-types.ts'
import type { ResourceScope, Scope } from './scope.ts'
import type { Words } from './words.ts'

/** One line of a page: a choice the person can make, with all scopes that it stands for. */
export type Row = {
  readonly scopes: readonly Scope[]
  /** A patient-facing group, or what stands apart from the groups. */
  readonly group: ResourceGroup | 'everything' | 'identity' | 'offline' | 'other'
  readonly short: string
  readonly long: string
  /** Short texts of what such a row usually holds. */
  readonly examples: readonly string[]
  /** Short texts of what was asked beside it and is part of it. */
  readonly includes: readonly string[]
  readonly mayReveal: readonly SensitivityTag[]
  readonly quality: Quality
  /** Narrower rows that can be offered in its place; choosing all of them is choosing the row. */
  readonly choices: readonly Row[]
  readonly hint?: Hint
}

/** At least one scope; all of them of one level, type and query. */
export type Alike = readonly [ResourceScope, ...ResourceScope[]]

const peopleGroups = resourceGroups().filter((group) => group !== 'system')
const allTags: readonly SensitivityTag[] = ['mh', 'sud', 'hiv', 'repro', 'genetic']

/** A row with nothing but its texts. */
export const plainRow = (group: Row['group'], [short, long]: Text, scopes: readonly Scope[]): Row => ({
  ...{ scopes, group, short, long, examples: [], includes: [], mayReveal: [], quality: 'authored', choices: [] },
})

/** The categories that can be offered in place of a whole type, where a patient lets an app see. Spec: CON-18, ONC-13 */
const categoriesOf = (scopes: Alike, words: Words): readonly Row[] => {
  const [{ level, type, interactions }] = scopes
  const isReading = interactions.includes('r') || interactions.includes('s')
  if (level !== 'patient' || !isReading || (type !== 'Observation' && type !== 'Condition')) return []
  return knownQueries
    .filter(([, of]) => of === type)
    .map(([, , system, code]) => {
      const query = [{ name: 'category', value: `${system}|${code}` }]
      const [first, ...more] = scopes
      const narrower = (scope: ResourceScope): ResourceScope => resourceScope({ ...scope, query })
      return recordRow([narrower(first), ...more.map(narrower)], words)
    })
}

const groupRow = (group: ResourceGroup, wide: readonly ResourceScope[], { catalogue }: Words): Row => {
  const members = typesOf(group)
  const scopes = wide.flatMap((scope) => members.map((type) => resourceScope({ ...scope, type })))
  const mayReveal = allTags.filter((tag) => members.some((type) => mayRevealOf(type).includes(tag)))
  const examples = members.map((type) => catalogue.types[type][0])
  return { ...plainRow(group, catalogue.groups[group], scopes), examples, mayReveal }
}

/** A wildcard, which names the groups it covers now and says that new kinds will follow. Spec: CON-04, SC-23 */
const everythingRow = (scopes: Alike, words: Words): Row => {
  const { catalogue } = words
  const isPart = scopes[0].query.length > 0
  const [short, long] = catalogue.everything
  const text: Text = isPart ? [`${short}${catalogue.part}`, catalogue.unknownPart] : [short, long]
  return {
    ...plainRow('everything', text, scopes),
    examples: peopleGroups.map((group) => catalogue.groups[group][0]),
    mayReveal: allTags,
    quality: isPart ? 'unknown' : 'authored',
    choices: isPart ? [] : peopleGroups.map((group) => groupRow(group, scopes, words)),
  }
}

/**
 * The row for scopes about one type, a part of one, or every type.
 *
 * Spec: CON-02, CON-20, CON-30
 */
export const recordRow = (scopes: Alike, words: Words): Row => {
  const [scope] = scopes
  if (!isResourceType(scope.type)) return everythingRow(scopes, words)
  const whole = words.catalogue.types[scope.type]
  const row = { ...plainRow(groupOf(scope.type), whole, scopes), mayReveal: mayRevealOf(scope.type) }
  if (scope.query.length > 0) {
    const { text, quality, mayReveal, hint } = queryText(scope, whole, words)
    const tags = mayReveal ?? row.mayReveal
    return { ...row, short: text[0], long: text[1], mayReveal: tags, quality, ...(hint && { hint }) }
  }
  const choices = categoriesOf(scopes, words)
  return { ...row, examples: choices.map(({ short }) => short), choices }
}
