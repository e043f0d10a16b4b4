import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { coversAll, gate } from './cover.ts'
import { splitValue } from './escape.ts'
import type { Judging } from './judging.ts'
import { classAt } from './location.ts'
import {
  isAboutParameter,
  isPatientValued,
  patientNamed,
  patientsOf,
  referenceValue,
  type SearchContext,
} from './search-context.ts'
import { type ParameterDefinition, parameterOf } from './search-parameters.ts'

const modifiers: ReadonlySet<string> = new Set([
  'exact',
  'contains',
  'not',
  'missing',
  'text',
  'in',
  'not-in',
  'above',
  'below',
  'of-type',
])

/** A parameter name taken apart: `subject:Patient.name` → name, modifier, chain. */
type NameParts = { readonly name: string; readonly modifier?: string; readonly chain?: string }

/** A parameter of the request, its name taken apart, and what it is on this type. */
type Asked = NameParts & { readonly parameter: Parameter; readonly definition: ParameterDefinition }

const partsOf = (text: string): NameParts | undefined => {
  const [, name, modifier, chain] = /^([A-Za-z_][\w-]*)(?::([A-Za-z-]+))?(?:\.([A-Za-z_][\w:.-]*))?$/.exec(text) ?? []
  if (name === undefined) return undefined
  return { name, ...(modifier !== undefined && { modifier }), ...(chain !== undefined && { chain }) }
}

/**
 * One search parameter of the type itself → what is sent for it, in our spelling, or why not. Names outside the positive list
 * are 400 (dropping one would silently answer a different question); known ones this token may not use are 403.
 */
export const readSearchParameter = (
  parameter: Parameter,
  context: SearchContext,
  judging: Judging,
): Parameter | Denial => {
  const parts = partsOf(parameter.name)
  const definition = parts && parameterOf(context.type, parts.name, context.location.addedParameters)
  if (parts === undefined || definition === undefined) return deny('unknown-parameter', { about: parameter.name })
  const asked = { ...parts, parameter, definition }
  if (parts.chain !== undefined) return readChain(asked, context, judging)
  return context.restricted && isPatientValued(definition, context.type)
    ? readPatient(asked, context)
    : readPlain(asked, context)
}

const readPlain = (asked: Asked, context: SearchContext): Parameter | Denial => {
  const { parameter, definition, modifier } = asked
  const isReference = definition.kind === 'reference'
  if (modifier === 'identifier' && isReference)
    return context.restricted ? deny('refused-parameter', { about: parameter.name }) : parameter
  const isType =
    modifier !== undefined && isReference && (definition.targets === 'any' || definition.targets.includes(modifier))
  if (modifier !== undefined && !modifiers.has(modifier) && !isType)
    return deny('unknown-parameter', { about: parameter.name })
  if (!isReference || modifier !== undefined) return parameter
  const values = splitValue(parameter.value, ',').map((value) => referenceValue(value, context))
  return { name: parameter.name, value: values.join(',') }
}

/** Spec: GW-04, GW-06, GW-07, THR-22 */
const readPatient = (asked: Asked, context: SearchContext): Parameter | Denial => {
  const { parameter, definition, name, modifier } = asked
  const refused = deny('refused-parameter', { about: parameter.name })
  const isAbout = isAboutParameter(definition, context.type)
  if (modifier !== undefined)
    return isAbout || modifier === 'Patient' || !isTarget(definition, modifier) || parameter.value.includes(',')
      ? refused
      : parameter
  const named = patientNamed(parameter.value, context)
  if (named === 'other') return isAbout ? refused : { name, value: referenceValue(parameter.value, context) }
  if (named === 'refused' || !patientsOf(context.alternatives).includes(named.id))
    return deny('patient-mismatch', { about: parameter.name })
  return { name, value: name === '_id' ? named.id : `Patient/${named.id}` }
}

const isTarget = ({ targets }: ParameterDefinition, type: string): boolean =>
  targets !== 'any' && targets.includes(type)

/**
 * A chain asks a question about another resource, so the token must be able to search that one as a whole. At patient level
 * only shared types qualify: a hit or miss through anyone's record would tell about it. Spec: GW-04
 */
const readChain = (asked: Asked, context: SearchContext, judging: Judging): Parameter | Denial => {
  const { parameter, definition, modifier, chain = '' } = asked
  const refused = deny('refused-parameter', { about: parameter.name })
  if (definition.kind !== 'reference') return deny('unknown-parameter', { about: parameter.name })
  const types = modifier !== undefined ? [modifier] : definition.targets === 'any' ? [] : definition.targets
  if (types.length === 0 || (modifier !== undefined && !isTargetOrAny(definition, modifier))) return refused
  if (context.restricted && types.length !== 1) return refused
  for (const type of types) {
    if (context.restricted && classAt(context.location, type) !== 'shared') return refused
    const alternatives = gate('s', type, judging)
    if (isDenial(alternatives)) return alternatives
    if (
      context.restricted ? alternatives.some(({ scope }) => scope.query.length > 0) : !coversAll(alternatives, judging)
    )
      return refused
    const link = readLink({ name: chain, value: parameter.value }, { ...context, type }, judging)
    if (isDenial(link)) return { ...link, about: parameter.name }
  }
  return parameter
}

const isTargetOrAny = (definition: ParameterDefinition, type: string): boolean =>
  definition.targets === 'any' || definition.targets.includes(type)

/** The part of a chain after the dot, read as a parameter of the type it leads to. One hop at patient level. */
const readLink = (link: Parameter, context: SearchContext, judging: Judging): Parameter | Denial =>
  context.restricted && link.name.includes('.')
    ? deny('refused-parameter')
    : readSearchParameter(link, context, judging)

/** `_has:S:p:q`: may the token ask about S at all, and is `q` a parameter of it. Only where nothing is restricted. */
export const readHas = (parameter: Parameter, context: SearchContext, judging: Judging): Parameter | Denial => {
  const refused = deny('refused-parameter', { about: parameter.name })
  if (context.restricted) return refused
  const [, type = '', link = '', ...rest] = parameter.name.split(':')
  const definition = parameterOf(type, link, context.location.addedParameters)
  if (definition?.kind !== 'reference' || rest.length === 0) return deny('unknown-parameter', { about: parameter.name })
  const alternatives = gate('s', type, judging)
  if (isDenial(alternatives)) return alternatives
  if (!coversAll(alternatives, judging)) return refused
  const inner = rest.join(':')
  const read = inner.startsWith('_has:')
    ? readHas({ name: inner, value: parameter.value }, { ...context, type }, judging)
    : readSearchParameter({ name: inner, value: parameter.value }, { ...context, type }, judging)
  return isDenial(read) ? read : parameter
}
