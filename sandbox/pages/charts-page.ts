import type { ChartPatient, OpenChart } from '../hospital/charts.ts'
import { type DemoUser, demoPassword } from '../hospital/users.ts'
import { hospitalName, html, type Page, type View } from './page.ts'

/** An app that can be opened from a chart. */
export type ChartApp = { readonly clientId: string; readonly name: string; readonly does: string }

const patientRow = ({ id, name, line, inClinic, number }: ChartPatient): View => html`
  <li>
    <a class="person" href=${`/ehr/${id}`}>
      <strong>${name}</strong>
      ${inClinic ? html`<span class="badge now">here now</span>` : html`<span class="quiet small">${number}</span>`}
      <span class="line">${line}</span>
    </a>
  </li>
`

/** The list of charts: who is here now first, then by family name; `search` is what was looked for. */
export const chartListPage = (patients: readonly ChartPatient[], search: string): Page => ({
  title: `Charts – ${hospitalName}`,
  main: html`
    <h1>Charts</h1>
    <p class="quiet">This is the hospital's own system. Open a chart, then an app from it.</p>
    <form class="search" method="get" action="/ehr" role="search">
      <input type="search" name="q" value=${search} aria-label="Name of a patient" placeholder="Name" />
      <button type="submit">Find</button>
    </form>
    ${
      patients.length === 0
        ? html`<p>Nobody of that name is a patient here. <a href="/ehr">Show all charts</a></p>`
        : html`<ul class="people">${patients.map(patientRow)}</ul>`
    }
  `,
})

const visitChoice = (visit: OpenChart['visits'][number], index: number): View => html`
  <label class="visit">
    <input type="radio" name="encounter" value=${visit.id} checked=${index === 0} />
    <span>
      <strong>${visit.day}</strong> ${visit.now ? html`<span class="badge now">now</span>` : null}
      <span class="line">${visit.words}</span>
    </span>
  </label>
`

const listed = (title: string, lines: readonly string[], none: string): View => html`
  <section class="card">
    <h2>${title}</h2>
    ${lines.length === 0 ? html`<p class="quiet">${none}</p>` : html`<ul class="plain">${lines.map((line) => html`<li>${line}</li>`)}</ul>`}
  </section>
`

/** What a chart shows beside the record: the clinicians to choose from, the apps, and what went wrong. */
export type ChartSurroundings = {
  readonly clinicians: readonly DemoUser[]
  readonly apps: readonly ChartApp[]
  readonly trouble?: string
}

const opener = ({ patient, visits, clinician }: OpenChart, { clinicians, apps }: ChartSurroundings): View => html`
  <form class="card open" method="post" action=${`/ehr/${patient.id}/launch`} target="_blank">
    <h2>Open an app</h2>
    <div class="field">
      <label for="clinician">You are</label>
      <select id="clinician" name="username">
        ${clinicians.map(
          ({ username, name, fhirUser }) =>
            html`<option value=${username} selected=${fhirUser === `Practitioner/${clinician}`}>${name} (${username})</option>`,
        )}
      </select>
    </div>
    <fieldset>
      <legend>This visit</legend>
      ${visits.map(visitChoice)}
    </fieldset>
    ${apps.map(
      ({ clientId, name, does }) => html`
        <button class="main" type="submit" name="client_id" value=${clientId}>Open ${name}</button>
        <p class="quiet small">${does} It opens in a new window with this patient and this visit.
          Everybody's password is <code>${demoPassword}</code>.</p>
      `,
    )}
  </form>
`

/** One chart: who it is, what is known, the visits, and the apps that can be opened from here. */
export const chartPage = (chart: OpenChart, surroundings: ChartSurroundings): Page => ({
  title: `${chart.patient.name} – ${hospitalName}`,
  main: html`
    ${surroundings.trouble === undefined ? null : html`<p class="notice danger" role="alert">${surroundings.trouble}</p>`}
    <div class="banner">
      <h1>${chart.patient.name}</h1>
      <span>${chart.patient.line}</span>
      <span class="quiet">Record ${chart.patient.number}</span>
    </div>
    <div class="chart">
      <div class="stack">
        ${listed('Problems', chart.problems, 'No problems are recorded.')}
        ${listed('Allergies', chart.allergies, 'No allergies are known.')}
        ${listed('Medicines', chart.medicines, 'No medicines are recorded.')}
      </div>
      ${opener(chart, surroundings)}
    </div>
  `,
})
