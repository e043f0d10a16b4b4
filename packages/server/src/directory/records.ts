import { z } from 'zod'
import type { DirectoryEncounter, DirectoryPatient, DirectoryResource } from './directory.ts'
import type { ListedType } from './listed-types.ts'

/** Ids reach a URL only in this form, so that nothing else can be asked. */
export const isFhirId = (text: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(text)

const bundle = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.object({ resource: z.unknown() })).optional(),
})

/** The resources of a Bundle. Throws on anything else. */
export const parseBundle = (text: string): readonly unknown[] =>
  (bundle.parse(JSON.parse(text)).entry ?? []).map(({ resource }) => resource)

const humanName = z.object({
  use: z.string().optional(),
  text: z.string().optional(),
  family: z.string().optional(),
  given: z.array(z.string()).optional(),
})

const patientShape = z.object({
  resourceType: z.literal('Patient'),
  id: z.string().refine(isFhirId),
  active: z.boolean().optional(),
  name: z.array(humanName).optional(),
  birthDate: z.string().optional(),
})

/** Patient resource → what the picker shows; `undefined` for a record out of use. */
export const parsePatient = (resource: unknown): Omit<DirectoryPatient, 'relation'> | undefined => {
  const { success, data } = patientShape.safeParse(resource)
  if (!success || data.active === false) return undefined
  const { id, birthDate, name = [] } = data
  return { id, name: nameOf(name) || id, ...(birthDate === undefined ? {} : { birthDate }) }
}

/** The name in use: official before usual before any. */
const nameOf = (names: readonly z.infer<typeof humanName>[]): string => {
  const byUse = (use: string) => names.find((name) => name.use === use)
  const name = byUse('official') ?? byUse('usual') ?? names[0]
  return name?.text ?? [...(name?.given ?? []), name?.family].filter(Boolean).join(' ')
}

const relatedShape = z.object({
  resourceType: z.literal('RelatedPerson'),
  active: z.boolean().optional(),
  patient: z.object({ reference: z.string() }),
  period: z.object({ start: z.string().optional(), end: z.string().optional() }).optional(),
})

/** RelatedPerson resource → the patient it stands for at this time; `undefined` when it has ended. Spec: THR-38 */
export const parseRelatedPerson = (resource: unknown, now: number): string | undefined => {
  const { success, data } = relatedShape.safeParse(resource)
  if (!success || data.active === false || !isInForce(data.period ?? {}, now)) return undefined
  return referenceTo('Patient', data.patient.reference)
}

/** FHIR dates may stop at the year or month; a period counts through the last day it names. */
const isInForce = (
  { start = '', end }: { readonly start?: string | undefined; readonly end?: string | undefined },
  now: number,
): boolean => {
  const today = new Date(now * 1000).toISOString().slice(0, 10)
  const last = end?.slice(0, 10)
  return start.slice(0, 10) <= today && (last === undefined || last >= today.slice(0, last.length))
}

const referenceTo = (type: string, reference: string): string | undefined => {
  const [named, id = '', ...rest] = reference.split('/')
  return named === type && rest.length === 0 && isFhirId(id) ? id : undefined
}

const personShape = z.object({
  resourceType: z.literal('Person'),
  active: z.boolean().optional(),
  link: z.array(z.object({ target: z.object({ reference: z.string() }) })).optional(),
})

/** Person resource → the Patient and RelatedPerson records it is linked to. */
export const parsePerson = (resource: unknown): readonly { readonly type: string; readonly id: string }[] => {
  const { success, data } = personShape.safeParse(resource)
  if (!success || data.active === false) return []
  return (data.link ?? []).flatMap(({ target }) =>
    ['Patient', 'RelatedPerson'].flatMap((type) => {
      const id = referenceTo(type, target.reference)
      return id === undefined ? [] : [{ type, id }]
    }),
  )
}

const encounterShape = z.object({
  resourceType: z.literal('Encounter'),
  id: z.string().refine(isFhirId),
  period: z.object({ start: z.string().optional() }).optional(),
  type: z.array(z.object({ text: z.string().optional() })).optional(),
  class: z.object({ display: z.string().optional(), code: z.string().optional() }).optional(),
})

/** Encounter resource → what the picker shows: its kind and when it began. */
export const parseEncounter = (resource: unknown): DirectoryEncounter | undefined => {
  const { success, data } = encounterShape.safeParse(resource)
  if (!success) return undefined
  const words = data.type?.find(({ text }) => text !== undefined)?.text ?? data.class?.display ?? data.class?.code ?? ''
  const start = data.period?.start
  return { id: data.id, words, ...(start === undefined ? {} : { start }) }
}

const anyRecord = z.looseObject({ resourceType: z.string(), id: z.string().refine(isFhirId) })

const concept = z.object({
  text: z.string().optional(),
  coding: z.array(z.object({ display: z.string().optional() })).optional(),
})

const wordsOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  const first: unknown = Array.isArray(value) ? value[0] : value
  const { data } = concept.safeParse(first)
  return data?.text ?? data?.coding?.find(({ display }) => display !== undefined)?.display
}

/** A resource of a listed type → what the picker shows. */
export const parseListed = (resource: unknown, listed: ListedType): DirectoryResource | undefined => {
  const { success, data } = anyRecord.safeParse(resource)
  if (!success || data.resourceType !== listed.type) return undefined
  const words = listed.words.map((member) => wordsOf(data[member])).find((text) => text !== undefined)
  const date = listed.dates.map((member) => data[member]).find((value) => typeof value === 'string')
  const reference = `${listed.type}/${data.id}`
  return { reference, words: words ?? reference, ...(date === undefined ? {} : { date }) }
}
