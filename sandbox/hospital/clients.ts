import { createHash } from 'node:crypto'
import type { Client } from '../../packages/server/src/clients/client.ts'
import { launchScope, registrarScope, resourceServerScope } from '../../packages/server/src/clients/client-scopes.ts'
import type { Addresses } from '../addresses.ts'
import type { Secrets } from '../sandbox-folder.ts'

/** A registered app with the credentials a tool needs to play it. */
export type DemoClient = {
  readonly client: Client
  readonly secret?: string
  readonly privateJwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** Who it is for: shown on the developer's page. */
  readonly tell: string
}

const O = 'http://terminology.hl7.org/CodeSystem/observation-category|'

/** What Health Notebook shows: conditions, medicines, lab results, vaccinations. */
const notebookScope = [
  'launch/patient openid fhirUser offline_access',
  'patient/Patient.rs patient/Condition.rs patient/MedicationRequest.rs patient/Medication.rs patient/Immunization.rs',
  `patient/Observation.rs?category=${O}laboratory`,
].join(' ')

/** What Growth Chart shows: the patient, the visit, vital signs. */
const growthScope = [
  'launch openid fhirUser online_access',
  'patient/Patient.rs patient/Encounter.rs patient/Condition.rs',
  `patient/Observation.rs?category=${O}vital-signs`,
].join(' ')

/** Everything a person's app can be registered for: what tools of developers try things with. */
const wideScope = [
  'launch launch/patient launch/encounter openid fhirUser profile offline_access online_access',
  'patient/*.cruds user/*.cruds',
].join(' ')

type Base = Pick<Client, 'id' | 'auth' | 'scope'> & { readonly name: string; readonly redirectUris: readonly string[] }

function clientRecord({ name, ...base }: Base, changes: Partial<Client> = {}): Client {
  return {
    ...base,
    state: 'active',
    display: { name, contacts: [] },
    grantTypes: ['authorization_code', 'refresh_token'],
    launchUris: [],
    postLogoutRedirectUris: [],
    staffConsent: 'ask',
    refreshRotation: 'all',
    dpopBoundAccessTokens: false,
    createdAt: 0,
    updatedAt: 0,
    ...changes,
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function apps({ patientApp, clinicianApp }: Addresses): readonly DemoClient[] {
  const notebook = clientRecord({
    id: 'health-notebook',
    name: 'Health Notebook',
    auth: { method: 'none' },
    redirectUris: [`${patientApp}/callback`],
    scope: notebookScope,
  })
  const growth = clientRecord(
    {
      id: 'growth-chart',
      name: 'Growth Chart',
      auth: { method: 'none' },
      redirectUris: [`${clinicianApp}/callback`],
      scope: growthScope,
    },
    { launchUris: [`${clinicianApp}/launch`], staffConsent: 'preauthorized' },
  )
  return [
    { client: notebook, tell: 'the app behind the first door' },
    { client: growth, tell: 'the app that clinicians open from a chart' },
  ]
}

function tools({ toolCallback }: Addresses, secrets: Secrets): readonly DemoClient[] {
  const redirectUris = [toolCallback]
  const launchUris = [toolCallback.replace(/callback$/, 'launch')]
  const keys = { kind: 'jwks', jwks: { keys: [secrets.reportKey.public] } } as const
  return [
    {
      client: clientRecord(
        { id: 'demo-public', name: 'Demo app (public)', auth: { method: 'none' }, redirectUris, scope: wideScope },
        { launchUris },
      ),
      tell: 'for your own single-page or mobile app',
    },
    {
      client: clientRecord(
        {
          id: 'demo-symmetric',
          name: 'Demo app (with a secret)',
          auth: { method: 'client_secret_basic', secretHash: sha256(secrets.demoClientSecret) },
          redirectUris,
          scope: wideScope,
        },
        { launchUris },
      ),
      secret: secrets.demoClientSecret,
      tell: 'for your own app with a server part',
    },
    {
      client: clientRecord(
        {
          id: 'demo-asymmetric',
          name: 'Demo app (with a key)',
          auth: { method: 'private_key_jwt', keys },
          redirectUris,
          scope: `${wideScope} system/*.rs ${registrarScope}`,
        },
        { launchUris, grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'] },
      ),
      privateJwks: { keys: [secrets.reportKey.private] },
      tell: 'for backend services, apps that sign, and registering apps of your own',
    },
  ]
}

/** The hospital's EHR: it records launches. Tools that play the EHR use it too. */
function ehr(secrets: Secrets): DemoClient {
  const auth = { method: 'client_secret_basic', secretHash: sha256(secrets.ehrSecret) } as const
  return {
    client: clientRecord(
      { id: 'riverbend-ehr', name: 'Riverbend EHR', auth, redirectUris: [], scope: launchScope },
      { grantTypes: ['client_credentials'] },
    ),
    secret: secrets.ehrSecret,
    tell: 'the hospital itself, when it opens an app for a clinician',
  }
}

/** The hospital's gateway: it reads the revocation feed. */
function gateway(secrets: Secrets): Client {
  const auth = {
    method: 'private_key_jwt',
    keys: { kind: 'jwks', jwks: { keys: [secrets.gatewayKey.public] } },
  } as const
  return clientRecord(
    { id: 'riverbend-gateway', name: 'Riverbend gateway', auth, redirectUris: [], scope: resourceServerScope },
    { grantTypes: ['client_credentials'] },
  )
}

/** The apps and tools a developer may use. */
export function demoClients(addresses: Addresses, secrets: Secrets): readonly DemoClient[] {
  return [...apps(addresses), ...tools(addresses, secrets), ehr(secrets)]
}

/** Every client the hospital's server knows. */
export function registeredClients(addresses: Addresses, secrets: Secrets): readonly Client[] {
  return [...demoClients(addresses, secrets).map(({ client }) => client), gateway(secrets)]
}
