/**
 * Whose record a type is, and what a patient's token may do with it (gateway.md §6).
 *
 * `about`: belongs to a patient by its about paths. `derived`: judged through what it points to or what points to it.
 * `shared`: nobody's record, readable by all. `withheld`: never given at patient level. The split of each compartment path
 * into *about* (whose record it is) and *participant* (who took part) is ours and written by hand; a test compares the
 * union with the published CompartmentDefinition, so no type and no path can be forgotten. Spec: GW-18, GW-21, THR-23
 */
export type TypeClass = 'about' | 'derived' | 'shared' | 'withheld'

/** The paths that say whose record it is, and those that say who took part. */
export type MemberPaths = { readonly about: readonly string[]; readonly participants: readonly string[] }

const names = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== '')

const aboutPaths: Readonly<Record<string, string>> = {
  subject: `Account AdverseEvent Basic CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest
    Composition Condition DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter Flag
    Goal ImagingStudy Invoice List MeasureReport Media MedicationAdministration MedicationDispense MedicationRequest
    MedicationStatement Observation Procedure QuestionnaireResponse RequestGroup RiskAssessment ServiceRequest Specimen`,
  patient: `AllergyIntolerance BodyStructure Claim ClaimResponse Consent CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Immunization
    ImmunizationEvaluation ImmunizationRecommendation MolecularSequence NutritionOrder RelatedPerson SupplyDelivery
    VisionPrescription`,
  beneficiary: 'Coverage',
  candidate: 'EnrollmentRequest',
  individual: 'ResearchSubject',
  deliverTo: 'SupplyRequest',
  for: 'Task',
}

const participantPaths: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'recorder asserter',
  Appointment: 'participant.actor',
  AppointmentResponse: 'actor',
  AuditEvent: 'agent.who entity.what',
  Basic: 'author',
  CarePlan: 'activity.detail.performer',
  CareTeam: 'participant.member',
  Claim: 'payee.party',
  Communication: 'sender recipient',
  CommunicationRequest: 'sender recipient requester',
  Composition: 'author attester.party',
  Condition: 'asserter',
  Coverage: 'policyHolder subscriber payor',
  DeviceRequest: 'performer',
  DocumentManifest: 'author recipient',
  DocumentReference: 'author',
  ExplanationOfBenefit: 'payee.party',
  Group: 'member.entity',
  Invoice: 'recipient',
  List: 'source',
  MedicationAdministration: 'performer.actor',
  MedicationDispense: 'receiver',
  Observation: 'performer',
  Patient: 'link.other',
  Person: 'link.target',
  Procedure: 'performer.actor',
  QuestionnaireResponse: 'author',
  RequestGroup: 'action.participant',
  Schedule: 'actor',
  ServiceRequest: 'performer',
  Task: 'focus',
}

const shared =
  names(`Practitioner PractitionerRole Organization OrganizationAffiliation Location HealthcareService Endpoint
  InsurancePlan Medication MedicationKnowledge Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
  SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification MedicinalProduct
  MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
  MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
  MedicinalProductUndesirableEffect DeviceDefinition CatalogEntry Questionnaire ActivityDefinition CapabilityStatement
  ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap EffectEvidenceSynthesis EventDefinition Evidence
  EvidenceVariable ExampleScenario GraphDefinition ImplementationGuide Library Measure MessageDefinition NamingSystem
  ObservationDefinition OperationDefinition PlanDefinition ResearchDefinition ResearchElementDefinition
  RiskEvidenceSynthesis SearchParameter SpecimenDefinition StructureDefinition StructureMap TerminologyCapabilities
  TestScript ValueSet`)

const withheld =
  names(`BiologicallyDerivedProduct Bundle Contract DeviceMetric EnrollmentResponse GuidanceResponse Linkage
  MessageHeader OperationOutcome PaymentNotice PaymentReconciliation ResearchStudy Slot Subscription TestReport
  VerificationResult`)

const members: ReadonlyMap<string, MemberPaths> = new Map(
  ['Patient', ...Object.values(aboutPaths).flatMap(names), ...Object.keys(participantPaths)].map((type) => [
    type,
    {
      about: Object.keys(aboutPaths).filter((path) => names(aboutPaths[path] ?? '').includes(type)),
      participants: names(participantPaths[type] ?? ''),
    },
  ]),
)

const classes: ReadonlyMap<string, TypeClass> = new Map([
  ...[...members.keys()].map((type) => [type, 'about'] as const),
  ...['Provenance', 'Binary'].map((type) => [type, 'derived'] as const),
  ...shared.map((type) => [type, 'shared'] as const),
  ...withheld.map((type) => [type, 'withheld'] as const),
])

/** The class of a type; `undefined` for a type that is in no list, which no restricted reach may touch. */
export const classOf = (type: string): TypeClass | undefined => classes.get(type)

/** About and participant paths of a type of class `about`. */
export const memberPathsOf = (type: string): MemberPaths | undefined => members.get(type)

/**
 * Whether a record of the type can be about several patients at once. Such a record is nobody's alone and withheld, yet a search
 * for one of its patients finds it: what the upstream counts is then more than what may be shown. Spec: GW-05
 */
export const canHaveSeveralOwners = (type: string): boolean => type === 'Account'

/** Every classified type, for tables and tests. */
export const classifiedTypes = (): readonly string[] => [...classes.keys()]

/** Types an operator may move from `withheld` to `shared`: they can be a facility's own, without a patient in them. */
export const movableTypes = ['Slot', 'ResearchStudy', 'DeviceMetric'] as const
