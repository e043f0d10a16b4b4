import type { InteractionLetter, Item } from '@gatehouse/scopes'
import { isObject, listOf, objectsOf, type Resource, textAt } from './json.ts'
import type { Judging } from './judging.ts'
import { parsePath, valuesAt } from './path.ts'

const paths = (...texts: readonly string[]) => texts.map(parsePath)

const whenPaths = paths(
  'effectiveDateTime',
  'effectivePeriod',
  'performedDateTime',
  'performedPeriod',
  'occurrenceDateTime',
  'occurrencePeriod',
  'period',
  'started',
  'date',
  'authoredOn',
  'issued',
  'recordedDate',
  'created',
)
const encounterPaths = paths('encounter', 'context', 'context.encounter')
const bodySitePaths = paths('bodySite', 'series.bodySite', 'collection.bodySite')
const modalityPaths = paths('modality', 'series.modality')

/**
 * The few facts of a resource that restrictions look at. A fact the resource does not tell is `undefined` where its type
 * could have told it, which a rule then reads the narrower way.
 */
export const itemOf = (resource: Resource, action: InteractionLetter, { location, now }: Judging): Item => {
  const isStudy = resource.resourceType === 'ImagingStudy'
  return {
    location: location.bases.publicBase,
    type: resource.resourceType,
    action,
    now,
    securityLabels: labelsOf(resource),
    studies: isStudy ? studiesOf(resource) : referencedStudies(resource),
    accession: isStudy ? accessionsOf(resource) : [],
    modalities: codesAt(resource, modalityPaths),
    bodySites: codesAt(resource, bodySitePaths),
    when: whenOf(resource),
    encounters: encountersOf(resource),
    purposeOfUse: undefined,
  }
}

/** Labels of the resource and of what it contains: a sensitive part makes the whole sensitive. */
const labelsOf = (resource: Resource): readonly string[] =>
  [resource, ...objectsOf(resource.contained)]
    .flatMap(({ meta }) => objectsOf(isObject(meta) ? meta.security : undefined))
    .map((label) => `${textAt(label, 'system') ?? ''}|${textAt(label, 'code') ?? ''}`)

const codesAt = (resource: Resource, from: ReturnType<typeof paths>): readonly string[] =>
  from
    .flatMap((path) => valuesAt(resource, path))
    .flatMap((value) => (isObject(value) && Array.isArray(value.coding) ? objectsOf(value.coding) : objectsOf([value])))
    .flatMap((coding) => {
      const code = textAt(coding, 'code')
      const system = textAt(coding, 'system')
      return code === undefined ? [] : [system === undefined ? code : `${system}|${code}`]
    })

const identifiers = (resource: Resource) => objectsOf(resource.identifier)

const studiesOf = (resource: Resource): readonly string[] | undefined => {
  const uids = identifiers(resource)
    .map((identifier) => textAt(identifier, 'value'))
    .filter((value) => value?.startsWith('urn:oid:'))
  return uids.length === 0 ? undefined : uids.filter((value) => value !== undefined)
}

/** A report or document that names an imaging study by reference does not tell its UID: not known. */
const referencedStudies = (resource: Resource): readonly string[] | undefined =>
  listOf(resource.imagingStudy).length > 0 ? undefined : []

const accessionsOf = (resource: Resource) =>
  identifiers(resource)
    .filter(({ type }) => objectsOf(isObject(type) ? type.coding : undefined).some((coding) => coding.code === 'ACSN'))
    .map((identifier) => {
      const system = textAt(identifier, 'system')
      const value = textAt(identifier, 'value')
      return { ...(system !== undefined && { system }), ...(value !== undefined && { value }) }
    })

const whenOf = (resource: Resource): Item['when'] => {
  const [value] = whenPaths.flatMap((path) => valuesAt(resource, path))
  if (typeof value === 'string') return { start: value, end: value }
  const start = textAt(value, 'start')
  const end = textAt(value, 'end')
  return start === undefined && end === undefined
    ? undefined
    : { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
}

const encountersOf = (resource: Resource): readonly string[] | undefined =>
  encounterPaths
    .flatMap((path) => valuesAt(resource, path))
    .map((value) => textAt(value, 'reference'))
    .filter((reference) => reference !== undefined)
