/** Types US Core asks a server to offer at resource level. Spec: ONC-30 */
const types = [
  'AllergyIntolerance',
  'CarePlan',
  'CareTeam',
  'Condition',
  'Coverage',
  'Device',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Goal',
  'Immunization',
  'Location',
  'Medication',
  'MedicationDispense',
  'MedicationRequest',
  'Observation',
  'Organization',
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Procedure',
  'Provenance',
  'QuestionnaireResponse',
  'RelatedPerson',
  'ServiceRequest',
  'Specimen',
] as const

const observationCategory = 'http://terminology.hl7.org/CodeSystem/observation-category|'
const conditionCategory = 'http://terminology.hl7.org/CodeSystem/condition-category|'
const usCore = 'http://hl7.org/fhir/us/core/CodeSystem/'

/** Granular scopes US Core and the certification text name. Spec: ONC-27, ONC-28, ONC-29 */
const granular: readonly (readonly [type: string, category: string])[] = [
  ['Condition', `${conditionCategory}encounter-diagnosis`],
  ['Condition', `${conditionCategory}problem-list-item`],
  ['Condition', `${usCore}condition-category|health-concern`],
  ['Observation', `${observationCategory}laboratory`],
  ['Observation', `${observationCategory}social-history`],
  ['Observation', `${observationCategory}vital-signs`],
  ['Observation', `${observationCategory}survey`],
  ['Observation', `${observationCategory}procedure`],
  ['Observation', `${usCore}us-core-category|sdoh`],
  ['DocumentReference', `${usCore}us-core-documentreference-category|clinical-note`],
]

const levels = ['patient', 'user', 'system'] as const

/** Scopes as discovery lists them: not all that work, but each of these does. Spec: CF-19, ONC-19, ONC-31, IX-05, IX-06 */
export const supportedScopes: readonly string[] = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
  ...levels.flatMap((level) => [
    `${level}/*.cruds`,
    `${level}/*.rs`,
    `${level}/*.read`,
    `${level}/*.write`,
    ...types.map((type) => `${level}/${type}.rs`),
    ...granular.map(([type, category]) => `${level}/${type}.rs?category=${category}`),
  ]),
]
