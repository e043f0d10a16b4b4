/**
 * Growth Chart: the vital signs of the patient a clinician has open, launched from the EHR. Growth curves for children,
 * trends for adults, and what was measured in the current visit.
 */
import { type App, allowLaunchWithoutGesture, type Session, startLaunch } from '@gatehouse/client'
import { appOf, errorText, findSession, pausedNotice } from '../kit/access.ts'
import { button, element, notice, show } from '../kit/elements.ts'
import { isJson, type Json } from '../kit/words.ts'
import { patientBanner } from './banner.ts'
import { visitSection } from './visit.ts'
import { vitalsPart } from './vitals-part.ts'

/** The hospital's server binds every launch to the clinician it was made for, so the app may open without another click. */
const app: App = { ...appOf(appConfig), [allowLaunchWithoutGesture]: true }
const server = appConfig.serverName ?? 'the EHR'

function showClosed(said?: HTMLElement): void {
  document.querySelector('main')?.classList.add('reading')
  document.getElementById('banner')?.remove()
  show(
    'Growth Chart',
    said,
    element('h1', {}, 'Open Growth Chart from the patient’s chart'),
    element('p', {}, `This app shows the vital signs of the patient you have open at ${server}. Start it there.`),
  )
}

async function showPatient(session: Session): Promise<void> {
  document.querySelector('main')?.classList.remove('reading')
  const { patient, encounter, needPatientBanner } = session.context
  if (patient === undefined) return showClosed(notice('danger', `${server} opened this app without a patient.`))
  document.getElementById('account')?.replaceChildren(button('Close', () => session.signOut().then(() => showClosed())))
  const found = await readPatient(session, patient)
  if (needPatientBanner !== false && found !== undefined) {
    document.getElementById('banner')?.remove()
    document.querySelector('header')?.after(patientBanner(found))
  }
  show(
    'Growth Chart',
    element('div', { id: 'pause' }),
    element('h1', { class: needPatientBanner === false ? '' : 'hidden' }, 'Vital signs'),
    encounter !== undefined && visitSection(session, encounter),
    vitalsPart(session, patient, found),
  )
}

async function readPatient(session: Session, patient: string): Promise<Json | undefined> {
  if (!session.granted('patient/Patient.r') && !session.granted('user/Patient.r')) return undefined
  const found = await session.request(`Patient/${patient}`).catch(() => undefined)
  return isJson(found) ? found : undefined
}

function failed(error: unknown): void {
  showClosed(notice('danger', errorText(error, 'The app was not allowed to see this patient.')))
}

async function start(): Promise<void> {
  if (new URL(location.href).searchParams.has('launch')) {
    await startLaunch(app, { url: location.href })
    return
  }
  const session = await findSession(app, { thisTab: true })
  if (session === undefined) return showClosed()
  session.on('suspended', () =>
    document.getElementById('pause')?.replaceChildren(pausedNotice(app, session, () => location.reload())),
  )
  session.on('ended', () => showClosed(notice('plain', 'Access has ended. Open the app again from the chart.')))
  await showPatient(session)
}

start().catch(failed)
