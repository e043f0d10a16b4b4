import type { AuditKind } from './audit-kind.ts'
import type { Authorization } from './authorization.ts'
import type { Json } from './fhir/json.ts'

const dicom = 'http://dicom.nema.org/resources/ontology/DCM'

const type = (system: string, code: string, display: string): Json => ({ coding: [{ system, code, display }] })

const source = type(dicom, '110153', 'Source Role ID')
const destination = type(dicom, '110152', 'Destination Role ID')
const application = type(dicom, '110150', 'Application')
const custodian = type('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'custodian', 'Custodian')

const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const recipient = type(participation, 'IRCP', 'information recipient')
const author = type(participation, 'AUT', 'author (originator)')

/** Whom the agents are made from. */
export type Participants = {
  readonly authorization: Authorization | undefined
  readonly location: string
  readonly remoteAddress: string
}

/** Who took part: the machines by the direction the data went, the application, and the user. */
export const agentsOf = (facts: Participants, action: AuditKind['action']): readonly Json[] => {
  const [client, server] = directions(action)
  const machine = (role: Json, address: string, kind: '2' | '5'): Json => ({
    type: role,
    requestor: false,
    network: { address, type: kind },
  })
  return [
    machine(client, facts.remoteAddress, '2'),
    { ...machine(server, facts.location, '5'), who: { display: facts.location } },
    ...whoAsked(facts, action),
  ]
}

/** For reads data flows from the server; what is asked or written flows from the client; a deletion takes it from its keeper. */
const directions = (action: AuditKind['action']): readonly [client: Json, server: Json] => {
  switch (action) {
    case 'R':
      return [destination, source]
    case 'D':
      return [application, custodian]
    case 'C':
    case 'U':
    case 'E':
      return [source, destination]
  }
}

const whoAsked = ({ authorization }: Participants, action: AuditKind['action']): readonly Json[] => {
  if (authorization === undefined) return []
  const { clientId, subject, issuer, tokenId } = authorization
  const isRead = action === 'R' || action === 'E'
  return [
    { type: application, requestor: false, who: { identifier: { value: clientId } } },
    {
      type: isRead ? recipient : author,
      requestor: true,
      who: { identifier: { system: issuer, value: subject } },
      policy: [`urn:ietf:params:oauth:jti:${tokenId}`],
    },
  ]
}
