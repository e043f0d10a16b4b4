import type { Day } from './calendar.ts'
import type { CourseName } from './courses.data.ts'

/** Where a family comes from: decides race and ethnicity (OMB) and the preferred language of the chart. */
export type Culture = {
  readonly race: readonly [code: string, display: string]
  readonly hispanic: boolean
  readonly language: readonly [tag: string, display: string]
}

/** Someone who belongs to a patient. `patient` is set when that someone is a patient of the hospital too. */
export type Relative = {
  /** v3-RoleCode: `MTH`, `FTH`, `SPS`, `DAU`, `SON`, `SIS`, `BRO`, `GRMTH`, `FRND`. */
  readonly role: RelativeRole
  readonly given: string
  readonly family: string
  readonly patient?: string
  /** Whether this person may act for the patient (a parent for a child). */
  readonly proxy?: true
}

/** The relationships that occur in the hospital. */
export type RelativeRole = 'MTH' | 'FTH' | 'SPS' | 'DAU' | 'SON' | 'SIS' | 'BRO' | 'GRMTH' | 'GRFTH' | 'FRND'

/** One row of the hospital's population: who someone is and which courses of illness or care they go through. */
export type Person = {
  /** The id of the Patient resource; part of the id of everything about the person. */
  readonly id: string
  readonly given: readonly string[]
  readonly family: string
  /** The name in the person's own script, where that is not Latin. */
  readonly native?: string
  readonly sex: 'female' | 'male'
  readonly born: Day
  readonly culture: Culture
  readonly courses: readonly CourseName[]
  readonly relatives: readonly Relative[]
}
