/**
 * The types a person can pick for `launch/{type}`: how they are found for a patient, and which members tell them apart. A
 * type without a row is never offered; the app is told that there is none. Spec: CX-03, CX-05
 */
export type ListedType = {
  readonly type: string
  /** Search parameter that names the patient; absent for types that are about no patient. */
  readonly patient?: string
  /** Members that may hold words, best first: text of a CodeableConcept, or a string. */
  readonly words: readonly string[]
  /** Members that may hold a date. */
  readonly dates: readonly string[]
}

/** By type in lower case. */
export const listedTypes: Readonly<Record<string, ListedType>> = {
  imagingstudy: {
    type: 'ImagingStudy',
    patient: 'patient',
    words: ['description', 'procedureCode'],
    dates: ['started'],
  },
  diagnosticreport: {
    type: 'DiagnosticReport',
    patient: 'patient',
    words: ['code'],
    dates: ['effectiveDateTime', 'issued'],
  },
  documentreference: { type: 'DocumentReference', patient: 'patient', words: ['description', 'type'], dates: ['date'] },
  condition: { type: 'Condition', patient: 'patient', words: ['code'], dates: ['onsetDateTime', 'recordedDate'] },
  careplan: { type: 'CarePlan', patient: 'patient', words: ['title', 'category'], dates: ['created'] },
  servicerequest: { type: 'ServiceRequest', patient: 'patient', words: ['code'], dates: ['authoredOn'] },
  medicationrequest: {
    type: 'MedicationRequest',
    patient: 'patient',
    words: ['medicationCodeableConcept'],
    dates: ['authoredOn'],
  },
  appointment: { type: 'Appointment', patient: 'patient', words: ['description', 'serviceType'], dates: ['start'] },
  list: { type: 'List', patient: 'patient', words: ['title', 'code'], dates: ['date'] },
  episodeofcare: { type: 'EpisodeOfCare', patient: 'patient', words: ['type'], dates: [] },
  questionnaire: { type: 'Questionnaire', words: ['title', 'name'], dates: ['date'] },
  location: { type: 'Location', words: ['name'], dates: [] },
  organization: { type: 'Organization', words: ['name'], dates: [] },
}
