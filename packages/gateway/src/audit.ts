import { agentsOf, type Participants } from './audit-agents.ts'
import { type Done, kindOf } from './audit-kind.ts'
import type { Authorization } from './authorization.ts'
import { type Denial, denialReasons } from './denial-reasons.ts'
import type { Json } from './fhir/json.ts'
import { patientsOf } from './fhir/search-context.ts'

/** What an audit event is made from. Never a token, never a body. */
export type AuditFacts = Participants & {
  /** Seconds. */
  readonly now: number
  readonly site: string
  readonly requestId: string
  /** What was asked; `undefined` when it was refused before it was understood. */
  readonly done: Done | undefined
  /** Method and target as received, and as sent to the upstream. */
  readonly received: string
  readonly sent: string | undefined
  readonly patients: readonly string[]
  readonly denial: Denial | undefined
}

const profile = (name: string): string => `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${name}`

const coding = (system: string, code: string, display?: string): Json => ({
  system,
  code,
  ...(display !== undefined && { display }),
})

const entityType = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
const objectRole = 'http://terminology.hl7.org/CodeSystem/object-role'

/**
 * Facts → FHIR AuditEvents in the form of IHE BALP, one per patient whose record is concerned. A refusal has the same shape
 * without the profiles, which are for successes.
 */
export const auditEvents = (facts: AuditFacts): readonly Json[] => {
  const patients = facts.patients.length > 0 ? facts.patients : reachedPatient(facts.authorization)
  return patients.length === 0 ? [auditEvent(facts, undefined)] : patients.map((patient) => auditEvent(facts, patient))
}

/** A query that found nothing was still about the one patient the token is for. */
const reachedPatient = (authorization: Authorization | undefined): readonly string[] => {
  const patients = patientsOf(authorization?.alternatives ?? [])
  return patients.length === 1 ? patients : []
}

const auditEvent = (facts: AuditFacts, patient: string | undefined): Json => {
  const kind = kindOf(facts.done)
  const succeeded = facts.denial === undefined
  const profiles =
    kind.profile === undefined ? [] : [profile(`${patient === undefined ? '' : 'Patient'}${kind.profile}`)]
  return {
    resourceType: 'AuditEvent',
    ...(succeeded && { meta: { profile: [...profiles, profile('OAUTHaccessTokenUse.Comprehensive')] } }),
    type: coding('http://terminology.hl7.org/CodeSystem/audit-event-type', 'rest', 'RESTful Operation'),
    subtype: [coding('http://hl7.org/fhir/restful-interaction', kind.interaction)],
    action: kind.action,
    recorded: new Date(facts.now * 1000).toISOString(),
    outcome: outcomeOf(facts.denial),
    ...(facts.denial !== undefined && { outcomeDesc: facts.denial.reason }),
    agent: agentsOf(facts, kind.action),
    source: {
      site: facts.site,
      observer: { display: facts.location },
      type: [coding('http://terminology.hl7.org/CodeSystem/security-source-type', '4', 'Application Server')],
    },
    entity: entitiesOf(facts, patient),
  }
}

const outcomeOf = (denial: Denial | undefined): '0' | '4' | '8' => {
  if (denial === undefined) return '0'
  return denialReasons[denial.reason][0] < 500 ? '4' : '8'
}

const entitiesOf = (facts: AuditFacts, patient: string | undefined): readonly Json[] => {
  const { done, received, sent, requestId } = facts
  const isQuery = done === undefined || kindOf(done).isQuery
  const target =
    done !== undefined && 'type' in done && done.type !== undefined
      ? [done.type, 'id' in done ? done.id : undefined]
      : []
  const reference = target.filter((segment) => segment !== undefined).join('/')
  return [
    ...(patient === undefined
      ? []
      : [
          {
            what: { reference: `Patient/${patient}` },
            type: coding(entityType, '1', 'Person'),
            role: coding(objectRole, '1', 'Patient'),
          },
        ]),
    isQuery
      ? {
          type: coding(entityType, '2', 'System Object'),
          role: coding(objectRole, '24', 'Query'),
          ...(sent !== undefined && { description: sent }),
          query: Buffer.from(received).toString('base64'),
        }
      : {
          what: { reference },
          type: coding(entityType, '2', 'System Object'),
          role: coding(objectRole, '4', 'Domain Resource'),
        },
    {
      what: { identifier: { value: requestId } },
      type: coding('https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', 'XrequestId'),
    },
  ]
}
