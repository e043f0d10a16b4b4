import type { ResourceServer } from '../resource-servers.ts'
import { identifiersOf } from './brand-bundle.ts'
import type { Brand, Brands } from './settings.ts'

/**
 * What is wrong with a brands section beyond the form of its members: one sentence per fault, none when apps can use it.
 *
 * Spec: UB-02, UB-14, UB-15, UB-17, UB-25, UB-30
 */
export const brandFlaws = (brands: Brands, servers: readonly ResourceServer[]): readonly string[] => [
  ...repeated(brands.list.map(({ id }) => id)).map((id) => `the id ${id} is used twice`),
  ...brands.list.flatMap((brand) => parentFlaws(brand, brands)),
  ...brands.list.flatMap((brand) => baseFlaws(brand, servers)),
  ...unreachable(brands, servers),
  ...repeated(brands.list.flatMap((brand) => identifiersOf(brand).map((one) => JSON.stringify(one)))).map(
    (identifier) => `the identifier ${identifier} names two brands`,
  ),
]

const repeated = (values: readonly string[]): readonly string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
]

/** "Access provided by" is followed two steps at most; a circle is longer than any number. */
const mostSteps = 2

const parentFlaws = (brand: Brand, { list }: Brands): readonly string[] => {
  let current: Brand | undefined = brand
  for (let steps = 0; current?.partOf !== undefined; steps += 1) {
    if (steps === mostSteps) return [`${brand.id}: partOf is more than ${mostSteps} steps deep`]
    const parent: string = current.partOf
    current = list.find(({ id }) => id === parent)
    if (current === undefined) return [`${brand.id}: partOf names ${parent}, which is not in the list`]
  }
  return []
}

const baseFlaws = ({ id, bases = [] }: Brand, servers: readonly ResourceServer[]): readonly string[] =>
  bases
    .filter((base) => !servers.some((server) => server.base === base && server.kind === 'fhir'))
    .map((base) => `${id}: ${base} is not a FHIR base of this server`)

const unreachable = ({ list }: Brands, servers: readonly ResourceServer[]): readonly string[] =>
  servers
    .filter(({ kind, base }) => kind === 'fhir' && !list.some(({ bases }) => bases?.includes(base) ?? true))
    .map(({ base }) => `no brand serves ${base}`)
