import { isObject, type Json } from './json.ts'

/** One step: a member, perhaps only the one at an index or those whose sibling has a value. */
type Step = {
  readonly name: string
  readonly index?: number
  readonly where?: { readonly name: string; readonly value: string }
}

/**
 * A compiled way to the values of an element. The text forms are those of `search-paths.data.ts`:
 * `code.coding:Coding`, `telecom[system=email]:ContactPoint`, `entry[0].resource:Resource`, `subject:Reference->Patient`.
 */
export type Path = {
  readonly steps: readonly Step[]
  readonly dataType: string
  readonly referenceTo: string | undefined
  /** For the `presence` form (`deceasedBoolean,deceasedDateTime:presence`): the members of which one must be there. */
  readonly names: readonly string[]
}

/** A path text → `Path`. The texts are ours; one that is malformed is a programming error and throws. */
export const parsePath = (text: string): Path => {
  const [, steps = '', dataType = '', referenceTo] = /^(.*?)(?::(\w[\w.]*))?(?:->(\w+))?$/.exec(text) ?? []
  if (dataType === 'presence') return { steps: [], dataType, referenceTo, names: steps.split(',') }
  return { steps: splitSteps(steps).map(parseStep), dataType, referenceTo, names: [] }
}

const splitSteps = (text: string): readonly string[] => text.match(/(?:[^.[]|\[[^\]]*\])+/g) ?? []

const parseStep = (text: string): Step => {
  const [, name, inner] = /^(\w+)(?:\[(.*)\])?$/.exec(text) ?? []
  if (name === undefined) throw new Error(`malformed step: ${text}`)
  if (inner === undefined) return { name }
  const [, key, value] = /^(\w+)=(.*)$/.exec(inner) ?? []
  return key === undefined || value === undefined
    ? { name, index: Number(inner) }
    : { name, where: { name: key, value } }
}

/** Every value the path leads to, arrays flattened. Members that are not there give nothing. */
export const valuesAt = (from: unknown, { steps }: Path): readonly unknown[] =>
  steps.reduce<readonly unknown[]>((values, step) => values.flatMap((value) => take(value, step)), [from])

/** What stands at one step below a value; arrays below arrays do not occur in FHIR, and would be flattened too. */
const take = (from: unknown, step: Step): readonly unknown[] => {
  if (Array.isArray(from)) return from.flatMap((item) => take(item, step))
  if (!isObject(from)) return []
  const value = choose(from, step)
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.flat() : [value]
}

const choose = (from: Json, step: Step): unknown => {
  const value = from[step.name]
  if (step.index !== undefined) return Array.isArray(value) ? value[step.index] : undefined
  const { where } = step
  if (where === undefined) return value
  const items = Array.isArray(value) ? value : [value]
  return items.filter((item) => isObject(item) && item[where.name] === where.value)
}
