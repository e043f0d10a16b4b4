/**
 * The hospital: who works and is treated there, which apps are registered, how its authorization server and gateway are
 * configured, and the chart from which a clinician opens an app. Its records are made in `patients/`.
 */
import { people } from '../patients/people.data.ts'
import { clinicianName } from '../patients/record.ts'
import { relativeId } from '../patients/relatives.ts'
import { type StaffName, staff } from '../patients/staff.data.ts'

/** Someone who can sign in, as tools read it from `sandbox.json`. */
export type DemoUser = {
  readonly username: string
  readonly password: string
  readonly name: string
  /** Relative reference: `Patient/ana-torres`. */
  readonly fhirUser: string
  readonly kind: 'patient' | 'practitioner'
  /** Whose records this person may share: their own and those of children they act for. Empty for staff. */
  readonly patients: readonly string[]
  /** What to try with this account. */
  readonly tell: string
}

/** Everybody's password. It protects nobody: all people here are invented and nothing listens beyond this computer. */
export const demoPassword = 'riverbend'

const patientTells: Readonly<Record<string, string>> = {
  'ana-torres': 'expects a baby, has asthma, acts for two children',
  'diego-torres': 'the other parent of the same two children',
  'jose-rivera': 'diabetes, high blood pressure, failing kidneys',
  'olivia-bennett': 'depression: some records are marked sensitive',
  'rafael-silva': 'HIV: nearly everything is marked sensitive',
  'kenji-tanaka': 'seventeen years old',
  'robert-walker': 'smokes, has COPD',
  'nadia-khan': 'after breast cancer, with images',
  'eleanor-price': 'ninety-five, heart failure, a pacemaker',
}

const clinicians: readonly StaffName[] = ['family', 'pediatrics', 'cardiology', 'psychiatry']

function childrenOf(patient: string): readonly string[] {
  return people
    .filter(({ relatives }) => relatives.some((one) => one.patient === patient && one.proxy === true))
    .map(({ id }) => id)
}

function patientUser(id: string): DemoUser {
  const person = people.find((one) => one.id === id)
  if (person === undefined) throw new Error(`no patient ${id}`)
  return {
    username: id.replace('-', '.'),
    password: demoPassword,
    name: `${person.given[0]} ${person.family}`,
    fhirUser: `Patient/${id}`,
    kind: 'patient',
    patients: [id, ...childrenOf(id)],
    tell: patientTells[id] ?? '',
  }
}

/** A father who is no patient here: his record is the RelatedPerson of his daughter. */
function karim(): DemoUser {
  const leila = people.find(({ id }) => id === 'leila-haddad')
  const father = leila?.relatives.find(({ role }) => role === 'FTH')
  if (leila === undefined || father === undefined) throw new Error('Leila Haddad has lost her father')
  return {
    username: 'karim.haddad',
    password: demoPassword,
    name: `${father.given} ${father.family}`,
    fhirUser: `RelatedPerson/${relativeId(leila.id, father)}`,
    kind: 'patient',
    patients: [leila.id],
    tell: 'is no patient himself; acts for his daughter Leila',
  }
}

function clinicianUser(name: StaffName): DemoUser {
  const clinician = staff[name]
  return {
    username: clinician.id.replace(/^dr-/, 'dr.').split('-')[0] ?? clinician.id,
    password: demoPassword,
    name: clinicianName(clinician),
    fhirUser: `Practitioner/${clinician.id}`,
    kind: 'practitioner',
    patients: [],
    tell: clinician.specialty[1].replace(/ Physician$/, '').toLowerCase(),
  }
}

/** Everybody who can sign in at the hospital. */
export const demoUsers: readonly DemoUser[] = [
  ...Object.keys(patientTells).map(patientUser),
  karim(),
  ...clinicians.map(clinicianUser),
]
