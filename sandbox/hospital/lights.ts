import type { AuditRecord } from '../../packages/server/src/audit/audit.ts'

/** The places of the drawing on the start page. */
export type Stop = 'app' | 'desk' | 'gate' | 'records'

/** Something that just happened, in words, and the places that had a part in it. */
export type Light = { readonly stops: readonly Stop[]; readonly words: string }

/** Hands news to whoever looks at the start page. */
export type Lights = {
  readonly show: (light: Light) => void
  /** Calls back for every light; returns how to stop. The last ones are told at once. */
  readonly watch: (see: (light: Light) => void) => () => void
}

const REMEMBERED = 3

/** News of one running sandbox; nothing is kept. */
export function openLights(): Lights {
  const watchers = new Set<(light: Light) => void>()
  const last: Light[] = []
  return {
    show: (light) => {
      last.push(light)
      if (last.length > REMEMBERED) last.shift()
      for (const see of watchers) see(light)
    },
    watch: (see) => {
      for (const light of last) see(light)
      watchers.add(see)
      return () => void watchers.delete(see)
    },
  }
}

const told: Partial<Record<AuditRecord['event'], Light>> = {
  'launch-created': { stops: ['desk'], words: 'The chart asks the front desk to open an app.' },
  'user-signed-in': { stops: ['desk'], words: 'Somebody signs in at the front desk.' },
  'user-sign-in-failed': { stops: ['desk'], words: 'The front desk refuses a wrong password.' },
  'consent-given': { stops: ['desk'], words: 'A person decides what an app may see.' },
  'consent-denied': { stops: ['desk'], words: 'A person decides not to share. The app gets nothing.' },
  'code-redeemed': { stops: ['desk', 'app'], words: 'The app fetches its key to the record.' },
  'token-issued': { stops: ['desk', 'app'], words: 'The app fetches its key to the record.' },
  'token-refreshed': { stops: ['desk', 'app'], words: 'The app renews its key.' },
  'token-revoked': { stops: ['desk', 'app'], words: 'The app gives its key back.' },
  'grant-ended': { stops: ['desk', 'gate'], words: 'A person stops sharing. The gate closes for the app.' },
}

/** What the front desk's audit record looks like on the drawing; undefined for what nobody would see. */
export function lightOfDesk({ event, clientId }: AuditRecord): Light | undefined {
  if (clientId === 'riverbend-gateway' || clientId === 'riverbend-ehr') return undefined
  return told[event]
}

/** Types in words that people use; the rest is "a part of the record". */
const plainNames: Readonly<Record<string, string>> = {
  Patient: 'name and birth date',
  Observation: 'measurements and results',
  Condition: 'health problems',
  MedicationRequest: 'medicines',
  Medication: 'medicines',
  Immunization: 'vaccinations',
  AllergyIntolerance: 'allergies',
  Encounter: 'visits',
  Procedure: 'procedures',
  DiagnosticReport: 'reports',
  DocumentReference: 'notes',
  Binary: 'notes',
  Practitioner: 'who treats the person',
}

/** What one request at the gate looks like: let through to the records, or turned away. */
export function lightOfGate(asked: { readonly type: string; readonly allowed: boolean }): Light {
  const what = plainNames[asked.type] ?? 'a part of the record'
  return asked.allowed
    ? { stops: ['app', 'gate', 'records'], words: `The app asks for ${what}. The gate checks it and lets it through.` }
    : { stops: ['app', 'gate'], words: `The app asks for ${what}. The gate turns it away.` }
}
