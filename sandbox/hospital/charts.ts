import { isResource } from '@medplum/core'
import type {
  AllergyIntolerance,
  Bundle,
  Condition,
  Encounter,
  MedicationRequest,
  Patient,
  Resource,
} from '@medplum/fhirtypes'

/** A patient as the hospital's own pages show one. */
export type ChartPatient = {
  readonly id: string
  readonly name: string
  /** Sex, birth date and age in one line. */
  readonly line: string
  readonly number: string
  readonly inClinic: boolean
}

/** One patient's chart, opened: what stands on it in short lines, and the visits, latest first. */
export type OpenChart = {
  readonly patient: ChartPatient
  /** The id of the clinician who usually sees the patient. */
  readonly clinician: string
  readonly problems: readonly string[]
  readonly allergies: readonly string[]
  readonly medicines: readonly string[]
  readonly visits: readonly {
    readonly id: string
    readonly day: string
    readonly words: string
    readonly now: boolean
  }[]
}

/** The hospital's own reading of its records: no token, no gateway. */
export type Charts = {
  readonly list: (search: string) => Promise<readonly ChartPatient[]>
  readonly open: (patient: string) => Promise<OpenChart | undefined>
}

/** Where the records are, and what the hospital shows to get at them. */
export type RecordsAccess = { readonly fhirBase: string; readonly credential: string }

const VISITS_SHOWN = 6
const longDay = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' })

/** A day in full: `November 20, 2026`. */
function dayInWords(day: string): string {
  return longDay.format(new Date(`${day.slice(0, 10)}T00:00:00Z`))
}

function ageInWords(born: string, today: string): string {
  const months =
    (Number(today.slice(0, 4)) - Number(born.slice(0, 4))) * 12 +
    Number(today.slice(5, 7)) -
    Number(born.slice(5, 7)) -
    (today.slice(8, 10) < born.slice(8, 10) ? 1 : 0)
  if (months < 1) return 'newborn'
  if (months < 24) return months === 1 ? '1 month' : `${months} months`
  return `${Math.floor(months / 12)} years`
}

function patientLine(patient: Patient, today: string): string {
  const born = patient.birthDate ?? ''
  return [patient.gender, `born ${dayInWords(born)}`, ageInWords(born, today)].filter(Boolean).join(', ')
}

function chartPatient(patient: Patient, today: string, inClinic: boolean): ChartPatient {
  const [name] = patient.name ?? []
  return {
    id: patient.id ?? '',
    name: [...(name?.given ?? []), name?.family].filter(Boolean).join(' '),
    line: patientLine(patient, today),
    number: patient.identifier?.[0]?.value ?? '',
    inClinic,
  }
}

const visitNames: Readonly<Record<string, string>> = {
  '410620009': 'Check-up',
  '162673000': 'Check-up',
  '185347001': 'First visit',
  '390906007': 'Follow-up',
  '424441002': 'First visit in pregnancy',
  '424619006': 'Visit in pregnancy',
  '50849002': 'Emergency',
  '32485007': 'Stay in hospital',
  '448337001': 'Video visit',
}

function visitWords({ type, reasonCode }: Encounter): string {
  const kind = visitNames[type?.[0]?.coding?.[0]?.code ?? ''] ?? 'Visit'
  const reason = reasonCode?.[0]?.text
  return reason === undefined ? kind : `${kind}: ${reason.toLowerCase()}`
}

/** Reads charts from the records. `today` is the day that ages are counted to. */
export function hospitalCharts({ fhirBase, credential }: RecordsAccess, today: string): Charts {
  const ask = async (query: string): Promise<readonly Resource[]> => {
    const response = await fetch(`${fhirBase}/${query}`, { headers: { authorization: `Bearer ${credential}` } })
    const found: unknown = await response.json()
    if (!isResource<Bundle>(found, 'Bundle')) throw new Error(`the records do not answer ${query.split('?')[0]}`)
    return (found.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]))
  }
  const inClinic = async (): Promise<ReadonlySet<string>> =>
    new Set(
      (await ask('Encounter?status=in-progress&_count=200'))
        .filter((one) => isResource<Encounter>(one, 'Encounter'))
        .map(({ subject }) => subject?.reference?.split('/')[1] ?? ''),
    )
  return {
    list: async (search) => {
      const query = new URLSearchParams({ _sort: 'family', _count: '200', ...(search === '' ? {} : { name: search }) })
      const [here, patients] = await Promise.all([inClinic(), ask(`Patient?${query}`)])
      const rows = patients
        .filter((one) => isResource<Patient>(one, 'Patient'))
        .map((one) => chartPatient(one, today, here.has(one.id ?? '')))
      return [...rows.filter((row) => row.inClinic), ...rows.filter((row) => !row.inClinic)]
    },
    open: async (id) => {
      if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) return undefined
      const about = `patient=Patient/${id}`
      const [found, problems, allergies, medicines, visits] = await Promise.all([
        ask(`Patient?_id=${id}`),
        ask(`Condition?${about}&category=problem-list-item&_count=100`),
        ask(`AllergyIntolerance?${about}`),
        ask(`MedicationRequest?${about}&status=active&_count=100`),
        ask(`Encounter?${about}&_sort=-date&_count=${VISITS_SHOWN}`),
      ])
      const patient = found.find((one) => isResource<Patient>(one, 'Patient'))
      if (patient === undefined) return undefined
      const encounters = visits.filter((one) => isResource<Encounter>(one, 'Encounter'))
      return {
        patient: chartPatient(
          patient,
          today,
          encounters.some(({ status }) => status === 'in-progress'),
        ),
        clinician: patient.generalPractitioner?.[0]?.reference?.split('/')[1] ?? '',
        problems: problems
          .filter((one) => isResource<Condition>(one, 'Condition'))
          .map(({ code, onsetDateTime }) => `${code?.text ?? 'Unnamed'}, since ${dayInWords(onsetDateTime ?? today)}`),
        allergies: allergies
          .filter((one) => isResource<AllergyIntolerance>(one, 'AllergyIntolerance'))
          .map(({ code, reaction }) =>
            [code?.text, reaction?.[0]?.manifestation?.[0]?.text?.toLowerCase()].filter(Boolean).join(': '),
          ),
        medicines: medicines
          .filter((one) => isResource<MedicationRequest>(one, 'MedicationRequest'))
          .map(({ medicationReference, dosageInstruction }) =>
            [medicationReference?.display, dosageInstruction?.[0]?.text].filter(Boolean).join('. '),
          ),
        visits: encounters.map((one) => ({
          id: one.id ?? '',
          day: dayInWords(one.period?.start ?? today),
          words: visitWords(one),
          now: one.status === 'in-progress',
        })),
      }
    },
  }
}
