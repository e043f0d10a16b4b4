/** Path of the FHIR base on the hospital's FHIR server. */
export const recordsPath = '/fhir/R4'

/** Where the parts of the hospital are, from one port base. Public addresses say `localhost`, as browsers and apps do. */
export type Addresses = {
  /** Start page, EHR and authorization server share one origin. */
  readonly issuer: string
  readonly fhirBase: string
  /** The FHIR server behind the gateway: only the hospital itself knows it. */
  readonly recordsBase: string
  readonly ports: Readonly<Record<'hospital' | 'gateway' | 'fhir' | 'patientApp' | 'clinicianApp', number>>
  /** Origins of the demo apps: the patient's, the clinician's. */
  readonly patientApp: string
  readonly clinicianApp: string
  /** Where tools of a developer may listen for the answer of an authorization request. */
  readonly toolCallback: string
}

/** The addresses of the hospital whose ports start at `portBase`. */
export function addressesFrom(portBase: number): Addresses {
  const origin = (offset: number): string => `http://localhost:${portBase + offset}`
  return {
    issuer: origin(0),
    fhirBase: `${origin(1)}/fhir`,
    recordsBase: `http://127.0.0.1:${portBase + 2}${recordsPath}`,
    ports: {
      hospital: portBase,
      gateway: portBase + 1,
      fhir: portBase + 2,
      patientApp: portBase + 10,
      clinicianApp: portBase + 11,
    },
    patientApp: origin(10),
    clinicianApp: origin(11),
    toolCallback: `${origin(90)}/callback`,
  }
}
