/**
 * Health Notebook: a person's own conditions, medicines, lab results and vaccinations, for as long as they share them.
 * A standalone launch; works with whatever part of the record the person chose to share.
 */
import { type Session, startLaunch } from '@gatehouse/client'
import { appOf, errorText, findSession, pausedNotice } from '../kit/access.ts'
import { button, element, notice, show } from '../kit/elements.ts'
import { age, day, isJson, personName } from '../kit/words.ts'
import { conditionSection } from './conditions.ts'
import { labSection } from './labs.ts'
import { medicineSection } from './medicines.ts'
import { vaccineSection } from './vaccines.ts'

const app = appOf(appConfig)
const server = appConfig.serverName ?? 'your hospital'

/** Shows the first page: what this is, what it will ask for, one button. */
function showStart(said?: HTMLElement): void {
  place('account')
  place('foot', element('span', {}, 'A demonstration app of the Gatehouse sandbox. All people in it are invented.'))
  document.querySelector('main')?.classList.add('reading')
  const connect = button(`Connect to ${server}`, () => startLaunch(app).catch(failed), 'main')
  show(
    'Health Notebook',
    said,
    element(
      'div',
      { class: 'hero' },
      element('h1', {}, 'Your health record, in plain words'),
      element('p', {}, `See your conditions, medicines, lab results and vaccinations from ${server} in one place.`),
      element('div', { class: 'actions' }, connect),
    ),
    element(
      'div',
      { class: 'card' },
      element('h2', {}, 'Before you connect'),
      element(
        'ul',
        { class: 'promises' },
        element('li', {}, `You sign in at ${server}. This app never sees your password.`),
        element('li', {}, 'You choose what to share, and for how long. The app works with part of it.'),
        element('li', {}, 'Your record stays in this browser. You can stop sharing at any time.'),
      ),
    ),
  )
}

/** Shows the record: each part on its own, so that one that is missing or slow does not hold up the others. */
function showRecord(session: Session): void {
  document.querySelector('main')?.classList.remove('reading')
  const leave = async (): Promise<void> => {
    const told = await session.signOut()
    showStart(leftNotice(told, session.manageUrl))
  }
  place('account', button('Sign out', leave))
  const manage = session.manageUrl
  place(
    'foot',
    manage === undefined
      ? undefined
      : element('a', { href: manage, target: '_blank', rel: 'noopener' }, `Manage what you share at ${server}`),
    element('span', {}, 'A demonstration app of the Gatehouse sandbox.'),
  )
  show(
    'Your record – Health Notebook',
    element('div', { id: 'pause' }),
    personHeading(session),
    element(
      'div',
      { class: 'columns' },
      element('div', {}, conditionSection(session), medicineSection(session), vaccineSection(session)),
      element('div', {}, labSection(session)),
    ),
  )
}

function personHeading(session: Session): HTMLElement {
  const name = element('h1', {}, 'Your record')
  const about = element('p', { class: 'quiet' }, `From ${server}`)
  const { patient } = session.context
  if (patient !== undefined && session.granted('patient/Patient.r')) {
    session.request(`Patient/${patient}`).then((found) => {
      if (!isJson(found)) return
      name.textContent = personName(found)
      const born = day(found.birthDate)
      const years = age(found.birthDate, new Date())
      about.textContent = [years, born && `born ${born}`, `from ${server}`].filter(Boolean).join(' · ')
    }, watch(session))
  }
  return element('div', { class: 'person' }, name, about)
}

/** A request failed: if it failed because access is paused or over, the page says so. */
const watch =
  (session: Session) =>
  (error: unknown): void => {
    const pause = document.getElementById('pause')
    if (session.suspension() !== undefined) pause?.replaceChildren(pausedNotice(app, session, () => location.reload()))
    else pause?.replaceChildren(notice('danger', errorText(error, '')))
  }

function leftNotice(told: boolean, manage: string | undefined): HTMLElement {
  if (told) return notice('plain', `You are signed out. ${server} shares nothing more with this app.`)
  const link = manage === undefined ? undefined : element('a', { href: manage }, `Stop sharing at ${server}`)
  return notice('plain', `You are signed out here, but ${server} could not be told.`, link)
}

function failed(error: unknown): void {
  showStart(notice('danger', errorText(error, 'You chose not to share. Nothing was changed.')))
}

function place(id: string, ...content: readonly (Node | undefined)[]): void {
  document.getElementById(id)?.replaceChildren(...content.filter((one) => one !== undefined))
}

async function start(): Promise<void> {
  const session = await findSession(app)
  if (session === undefined) return showStart()
  for (const news of ['suspended', 'parked'] as const) {
    session.on(news, () =>
      document.getElementById('pause')?.replaceChildren(pausedNotice(app, session, () => location.reload())),
    )
  }
  session.on('refreshed', () => document.getElementById('pause')?.replaceChildren())
  session.on('ended', () => showStart(notice('plain', 'Sharing has ended. Nothing more is shared with this app.')))
  showRecord(session)
}

start().catch(failed)
