import type { Addresses } from './addresses.ts'
import type { DemoClient } from './hospital/clients.ts'
import type { DemoUser } from './hospital/users.ts'

/** What `.sandbox/sandbox.json` is made from. */
export type ContractParts = {
  readonly addresses: Addresses
  readonly users: readonly DemoUser[]
  readonly clients: readonly DemoClient[]
  readonly patients: readonly { readonly id: string; readonly name: string }[]
}

function clientEntry({ client, secret, privateJwks }: DemoClient): Readonly<Record<string, unknown>> {
  const [launchUri] = client.launchUris
  return {
    client_id: client.id,
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(privateJwks === undefined ? {} : { private_jwks: privateJwks }),
    token_endpoint_auth_method: client.auth.method,
    redirect_uris: client.redirectUris,
    ...(launchUri === undefined ? {} : { launch_uri: launchUri }),
    scope: client.scope,
  }
}

/** The document that tools read to find the hospital, its people and its demo clients. Wire names; a contract. */
export function sandboxContract({
  addresses,
  users,
  clients,
  patients,
}: ContractParts): Readonly<Record<string, unknown>> {
  return {
    ehr: {
      fhirBase: addresses.fhirBase,
      issuer: addresses.issuer,
      launchEndpoint: `${addresses.issuer}/launch`,
      startPage: `${addresses.issuer}/`,
    },
    users: users.map(({ username, password, fhirUser, kind, patients: own }) => ({
      username,
      password,
      fhirUser,
      kind,
      patients: own,
    })),
    clients: clients.map(clientEntry),
    patients,
    apps: [
      { name: 'Health Notebook', url: `${addresses.patientApp}/` },
      { name: 'Growth Chart', url: `${addresses.clinicianApp}/launch` },
    ],
  }
}
