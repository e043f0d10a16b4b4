import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { gate } from './cover.ts'
import type { Judging } from './judging.ts'
import type { SearchContext } from './search-context.ts'
import { canTarget, parameterOf } from './search-parameters.ts'

const maxIncludes = 10

/**
 * What a search may bring along. `included` types need `r` for each entry, `reverse` ones `s`; anything else in an answer
 * came uninvited and is dropped. `leftOut` are the includes whose type the token does not cover. Spec: THR-24, GW-03
 */
export type Includes = {
  readonly sent: readonly Parameter[]
  readonly included: ReadonlySet<string>
  readonly reverse: ReadonlySet<string>
  readonly leftOut: readonly Parameter[]
}

/** Whether a parameter name is an include of any spelling, known or not. */
export const isInclude = (name: string): boolean => /^_(rev)?include($|:)/.test(name)

type Reading = { readonly sent: boolean; readonly included: readonly string[]; readonly reverse: readonly string[] }

const leftOut: Reading = { sent: false, included: [], reverse: [] }

/** All `_include` and `_revinclude` of a search. `strict`: an uncovered type is 403 instead of being left out. */
export const readIncludes = (
  parameters: readonly Parameter[],
  context: SearchContext,
  { judging, strict }: { readonly judging: Judging; readonly strict: boolean },
): Includes | Denial => {
  if (parameters.length > maxIncludes) return deny('refused-parameter', { about: '_include' })
  const readings: (readonly [Parameter, Reading])[] = []
  for (const parameter of parameters) {
    const reading = readInclude(parameter, context, judging)
    if (isDenial(reading)) return reading
    if (strict && !reading.sent) return deny('refused-parameter', { about: `${parameter.name}=${parameter.value}` })
    readings.push([parameter, reading])
  }
  return {
    sent: readings.filter(([, { sent }]) => sent).map(([parameter]) => parameter),
    leftOut: readings.filter(([, { sent }]) => !sent).map(([parameter]) => parameter),
    included: new Set(readings.flatMap(([, { included }]) => included)),
    reverse: new Set(readings.flatMap(([, { reverse }]) => reverse)),
  }
}

const readInclude = ({ name, value }: Parameter, context: SearchContext, judging: Judging): Reading | Denial => {
  const about = `${name}=${value}`
  const isReverse = name.startsWith('_revinclude')
  const isIterate = name.endsWith(':iterate')
  if (name !== `${isReverse ? '_revinclude' : '_include'}${isIterate ? ':iterate' : ''}`)
    return deny('refused-parameter', { about })
  const [source = '', link = '', target, ...more] = value.split(':')
  if (source === '*' || link === '' || link === '*' || target === '*' || more.length > 0)
    return deny('refused-parameter', { about })
  const definition = parameterOf(source, link, context.location.addedParameters)
  if (definition?.kind !== 'reference') return deny('unsupported-value', { about })
  if (target !== undefined && !canTarget(definition, target)) return deny('unsupported-value', { about })
  const covers = (letter: 'r' | 's', type: string): boolean => !isDenial(gate(letter, type, judging))
  if (isReverse) {
    if (!isIterate && !canTarget(definition, context.type)) return deny('unsupported-value', { about })
    return covers('s', source) && (target === undefined || covers('r', target) || target === context.type)
      ? { sent: true, included: [], reverse: [source] }
      : leftOut
  }
  if (!isIterate && source !== context.type) return deny('unsupported-value', { about })
  const types = target !== undefined ? [target] : definition.targets === 'any' ? [] : definition.targets
  const isSource = source === context.type || covers('r', source)
  return isSource && types.length > 0 && types.every((type) => covers('r', type))
    ? { sent: true, included: types, reverse: [] }
    : leftOut
}
