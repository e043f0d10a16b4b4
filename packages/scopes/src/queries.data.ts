/** Granular queries that have a text of their own (US Core and what apps ask for beside it), with the systems spelled once. */

const observationCategory = 'http://terminology.hl7.org/CodeSystem/observation-category'
const usCoreCategory = 'http://hl7.org/fhir/us/core/CodeSystem/us-core-category'
const conditionCategory = 'http://terminology.hl7.org/CodeSystem/condition-category'

/** As `[text key, type, system, code]`; all of them are asked with `category=system|code`. Order is the order of pages. */
export const knownQueries = [
  ['laboratory', 'Observation', observationCategory, 'laboratory'],
  ['vital-signs', 'Observation', observationCategory, 'vital-signs'],
  ['social-history', 'Observation', observationCategory, 'social-history'],
  ['sdoh', 'Observation', usCoreCategory, 'sdoh'],
  ['survey', 'Observation', observationCategory, 'survey'],
  ['activity', 'Observation', observationCategory, 'activity'],
  ['imaging', 'Observation', observationCategory, 'imaging'],
  ['procedure', 'Observation', observationCategory, 'procedure'],
  ['exam', 'Observation', observationCategory, 'exam'],
  ['therapy', 'Observation', observationCategory, 'therapy'],
  ['functional-status', 'Observation', usCoreCategory, 'functional-status'],
  ['disability-status', 'Observation', usCoreCategory, 'disability-status'],
  ['cognitive-status', 'Observation', usCoreCategory, 'cognitive-status'],
  ['treatment-wishes', 'Observation', usCoreCategory, 'treatment-intervention-preference'],
  ['care-wishes', 'Observation', usCoreCategory, 'care-experience-preference'],
  ['advance-care-papers', 'Observation', usCoreCategory, 'observation-adi-documentation'],
  ['problem-list', 'Condition', conditionCategory, 'problem-list-item'],
  ['visit-diagnosis', 'Condition', conditionCategory, 'encounter-diagnosis'],
  ['health-concern', 'Condition', 'http://hl7.org/fhir/us/core/CodeSystem/condition-category', 'health-concern'],
  ['clinical-note', 'DocumentReference', 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', 'clinical-note'],
  ['laboratory', 'DiagnosticReport', 'http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB'],
  ['scan-reports', 'DiagnosticReport', 'http://loinc.org', 'LP29684-5'],
  ['heart-reports', 'DiagnosticReport', 'http://loinc.org', 'LP29708-2'],
  ['tissue-reports', 'DiagnosticReport', 'http://loinc.org', 'LP7839-6'],
  ['living-needs-help', 'ServiceRequest', usCoreCategory, 'sdoh'],
  ['living-needs-help', 'ServiceRequest', usCoreCategory, 'functional-status'],
] as const

/** Systems printed wrongly in published specifications, with the right one: same text, and a hint for the developer. */
export const misprintedSystems: Readonly<Record<string, string>> = {
  'http://terminology.hl7.org//CodeSystem-observation-category': observationCategory,
}

/**
 * What each may reveal. Narrower than the type's tags where the category keeps something out; a diagnosis, a note or a
 * lab result can be about anything.
 */
export const queryMayReveal = {
  laboratory: ['sud', 'hiv', 'repro', 'genetic'],
  'vital-signs': [],
  'social-history': ['sud', 'repro'],
  sdoh: [],
  survey: ['mh', 'sud'],
  activity: [],
  imaging: ['repro'],
  procedure: ['repro'],
  exam: ['mh', 'repro'],
  therapy: ['mh'],
  'functional-status': [],
  'disability-status': ['mh'],
  'cognitive-status': ['mh'],
  'treatment-wishes': [],
  'care-wishes': [],
  'advance-care-papers': [],
  'problem-list': ['mh', 'sud', 'hiv', 'repro', 'genetic'],
  'visit-diagnosis': ['mh', 'sud', 'hiv', 'repro', 'genetic'],
  'health-concern': ['mh', 'sud', 'hiv', 'repro', 'genetic'],
  'clinical-note': ['mh', 'sud', 'hiv', 'repro', 'genetic'],
  'scan-reports': ['repro'],
  'heart-reports': [],
  'tissue-reports': ['hiv', 'genetic'],
  'living-needs-help': [],
} as const
