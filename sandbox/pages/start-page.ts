import type { Stop } from '../hospital/lights.ts'
import { demoPassword } from '../hospital/users.ts'
import { icons } from './icons.ts'
import { hospitalName, html, type Page, type View } from './page.ts'

/** One of the three ways in: one sentence, one button. */
type Door = {
  readonly icon: View
  readonly title: string
  readonly sentence: string
  readonly href: string
  readonly button: string
  readonly hint: View
}

const door = ({ icon, title, sentence, href, button, hint }: Door): View => html`
  <li class="door">
    <span class="pane">${icon}</span>
    <h2>${title}</h2>
    <p>${sentence}</p>
    <a class="button main" href=${href}>${button}</a>
    <p class="hint">${hint}</p>
  </li>
`

const signInHint = (username: string): View =>
  html`Sign in as <code>${username}</code> with the password <code>${demoPassword}</code>.`

function doors(patientApp: string): readonly Door[] {
  return [
    {
      icon: icons.phone,
      title: 'A patient connects an app',
      sentence: 'Ana Torres connects Health Notebook to her record and decides what it may see.',
      href: `${patientApp}/`,
      button: 'Open Health Notebook',
      hint: signInHint('ana.torres'),
    },
    {
      icon: icons.chart,
      title: 'A clinician opens an app',
      sentence: 'Dr. Elena Marín has the chart of little Lucía Torres open and looks at her growth in another app.',
      href: '/ehr/lucia-torres',
      button: 'Open the chart',
      hint: signInHint('dr.elena'),
    },
    {
      icon: icons.tools,
      title: 'A developer builds an app',
      sentence: 'You get addresses, people who can sign in, and registered apps to start from.',
      href: '/developer',
      button: 'See what you need',
      hint: html`Everything is also in <code>.sandbox/sandbox.json</code>.`,
    },
  ]
}

type Station = { readonly stop: Stop; readonly icon: View; readonly name: string; readonly does: string }

const station = ({ stop, icon, name, does }: Station): View => html`
  <li class=${stop === 'app' ? 'stop outside' : 'stop'} data-stop=${stop}>
    <span class="lamp">${icon}</span>
    <span class="words"><strong>${name}</strong><span class="does">${does}</span></span>
  </li>
`

const inside: readonly Station[] = [
  {
    stop: 'desk',
    icon: icons.desk,
    name: 'Front desk',
    does: 'Signs people in and asks what to share: the authorization server.',
  },
  { stop: 'gate', icon: icons.gate, name: 'Gate', does: 'Lets through what was shared and nothing else: the gateway.' },
  {
    stop: 'records',
    icon: icons.records,
    name: 'Records',
    does: 'Charts of 64 invented people: a FHIR server that is not ours.',
  },
]

const drawing = (): View => html`
  <section class="drawing" aria-labelledby="drawing-title">
    <h2 id="drawing-title">Watch a launch pass through</h2>
    <p class="quiet">Open a door in another window. Each place lights up when it does its part.</p>
    <ol class="way">
      ${station({ stop: 'app', icon: icons.phone, name: 'The app', does: 'Anywhere on the internet; here on this computer.' })}
      <li class="house">
        <p class="sign">${icons.cross}${hospitalName}</p>
        <ol class="way">
          ${inside.map(station)}
        </ol>
      </li>
    </ol>
    <p class="news" id="news" role="status">Nothing has happened yet.</p>
  </section>
`

/** The start page: three doors and the drawing. `patientApp` is the origin of Health Notebook. */
export const startPage = (patientApp: string): Page => ({
  title: 'Gatehouse sandbox',
  script: '/sandbox/lights.js',
  main: html`
    <div class="welcome">
      <h1>A hospital on your computer</h1>
      <p>Try how apps get access to health records, from all three sides. Choose a door.</p>
    </div>
    <ul class="doors">
      ${doors(patientApp).map(door)}
    </ul>
    ${drawing()}
  `,
})
