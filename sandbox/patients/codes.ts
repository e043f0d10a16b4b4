import type { CodeableConcept, Coding, Meta, Reference, Resource, ResourceType } from '@medplum/fhirtypes'

/** The code systems that the hospital's records use; the test of the generator allows no other. */
export const systems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  icd10: 'http://hl7.org/fhir/sid/icd-10-cm',
  ucum: 'http://unitsofmeasure.org',
  omb: 'urn:oid:2.16.840.1.113883.6.238',
  nucc: 'http://nucc.org/provider-taxonomy',
  npi: 'http://hl7.org/fhir/sid/us-npi',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  confidentiality: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
  roleCode: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  conditionCategory: 'http://terminology.hl7.org/CodeSystem/condition-category',
  usCoreConditionCategory: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category',
  usCoreCategory: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-category',
  documentCategory: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
} as const

/** One coding in a system; `display` may be left out where the code speaks for itself. */
export function coding(system: string, code: string, display?: string): Coding {
  return display === undefined ? { system, code } : { system, code, display }
}

/** A concept of one coding whose text is the coding's display. */
export function concept(system: string, code: string, display: string): CodeableConcept {
  return { coding: [coding(system, code, display)], text: display }
}

/** A code of one of HL7's small code systems, named by its last path part: `hl7('condition-clinical', 'active')`. */
export function hl7(name: string, code: string, display?: string): CodeableConcept {
  return { coding: [coding(`http://terminology.hl7.org/CodeSystem/${name}`, code, display)] }
}

/** A SNOMED CT code with its display. */
export type Snomed = readonly [code: string, display: string]

/** The SNOMED CT concept of a code and its display. */
export function snomed(code: string, display: string): CodeableConcept {
  return concept(systems.snomed, code, display)
}

/** The LOINC concept of a code and its display. */
export function loinc(code: string, display: string): CodeableConcept {
  return concept(systems.loinc, code, display)
}

/** Codes of the v3-ActCode sensitivity policies that records of this hospital carry. Spec: CON-32 */
export type Sensitivity = 'MH' | 'PSY' | 'OPIOIDUD' | 'ETHUD' | 'HIV' | 'STD' | 'SEX' | 'SDV' | 'GDIS'

const sensitivityDisplays: Readonly<Record<Sensitivity, string>> = {
  MH: 'mental health information sensitivity',
  PSY: 'psychiatry disorder information sensitivity',
  OPIOIDUD: 'opioid use disorder information sensitivity',
  ETHUD: 'alcohol use disorder information sensitivity',
  HIV: 'HIV/AIDS information sensitivity',
  STD: 'sexually transmitted disease information sensitivity',
  SEX: 'sexuality and reproductive health information sensitivity',
  SDV: 'sexual assault, abuse, or domestic violence information sensitivity',
  GDIS: 'genetic disease information sensitivity',
}

/** What every record says about itself: the US Core profile(s), when it was last written, and its labels. */
export type RecordMeta = {
  readonly profiles: readonly string[]
  readonly written: string
  readonly sensitivity?: Sensitivity | undefined
}

/** The `meta` of a generated record. A sensitive record is also marked restricted (`R`). */
export function recordMeta({ profiles, written, sensitivity }: RecordMeta): Meta {
  const profile = profiles.map((name) => `http://hl7.org/fhir/us/core/StructureDefinition/${name}`)
  return {
    versionId: '1',
    lastUpdated: written,
    ...(profile.length === 0 ? {} : { profile }),
    ...(sensitivity === undefined
      ? {}
      : {
          security: [
            coding(systems.actCode, sensitivity, sensitivityDisplays[sensitivity]),
            coding(systems.confidentiality, 'R', 'restricted'),
          ],
        }),
  }
}

/** A literal reference `Type/id`, with a display when there is one. */
export function refer<K extends ResourceType>(
  type: K,
  id: string,
  display?: string,
): Reference<Extract<Resource, { resourceType: K }>> {
  return display === undefined ? { reference: `${type}/${id}` } : { reference: `${type}/${id}`, display }
}
