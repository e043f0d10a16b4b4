import type { Sensitivity, Snomed } from './codes.ts'
import type { DeviceName } from './devices.data.ts'
import type { ImagingName } from './imaging.data.ts'
import type { LabName } from './labs.data.ts'
import type { MedicineName } from './medicines.data.ts'
import type { StaffName } from './staff.data.ts'

/** How a patient meets the hospital: decides the class and type of the Encounter. */
export type VisitKind = 'check-up' | 'follow-up' | 'prenatal' | 'emergency' | 'inpatient' | 'telehealth'

/** A form that gives a score. */
export type SurveyName = 'phq9' | 'gad7' | 'auditC' | 'asthmaControl' | 'fallRisk' | 'moca'

/** A diagnosis in both the clinical and the billing vocabulary. */
export type Diagnosis = readonly [snomed: string, icd10: string, display: string]

/**
 * One course of illness or care over months and years, from which every linked record follows. Numbers in pairs are the
 * value when the course began and the value today.
 */
export type Course = {
  /** The entry on the problem list. */
  readonly problem: Diagnosis
  /** What visits are billed for, when not the problem itself. */
  readonly diagnosis?: Diagnosis
  /** Months before today when it began (never before birth). */
  readonly onset: number
  /** Months before today when it was over; absent = it still goes on. */
  readonly ended?: number
  /** Months between two visits. */
  readonly every: number
  readonly visit: VisitKind
  /** Days in hospital, when the course began with a stay. */
  readonly stay?: number
  readonly by: StaffName
  readonly labs?: readonly (readonly [LabName, from: number, to: number])[]
  readonly systolic?: readonly [from: number, to: number]
  readonly bmi?: readonly [from: number, to: number]
  readonly survey?: readonly [SurveyName, from: number, to: number]
  readonly medicines?: readonly MedicineName[]
  readonly procedure?: Snomed
  readonly concern?: Snomed
  readonly allergy?: AllergyName
  readonly device?: DeviceName
  readonly imaging?: ImagingName
  readonly sensitivity?: Sensitivity
  /** What patient and care team want to reach. */
  readonly goal: string
  /** What is done for it, in the words of the care plan. */
  readonly plan: readonly Snomed[]
  /** What the clinician writes at a visit. */
  readonly note: string
}

/** What people of this hospital react to. */
export type AllergyName = 'peanut' | 'milk' | 'penicillin' | 'pollen' | 'latex' | 'aspirin' | 'none'
