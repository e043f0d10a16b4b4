import type { Addresses } from '../addresses.ts'
import type { DemoClient } from '../hospital/clients.ts'
import { type DemoUser, demoPassword } from '../hospital/users.ts'
import { html, type Page, type View } from './page.ts'

const endpointRow = ([name, url]: readonly [string, string]): View => html`
  <tr><th scope="row">${name}</th><td><code>${url}</code></td></tr>
`

const endpoints = ({ issuer, fhirBase }: Addresses): readonly (readonly [string, string])[] => [
  ['FHIR base', fhirBase],
  ['SMART configuration', `${fhirBase}/.well-known/smart-configuration`],
  ['Capability statement', `${fhirBase}/metadata`],
  ['Issuer', issuer],
  ['Authorization endpoint', `${issuer}/authorize`],
  ['Token endpoint', `${issuer}/token`],
]

const userRow = ({ username, name, tell, patients }: DemoUser): View => html`
  <tr>
    <td><strong>${name}</strong></td>
    <td data-head="User name"><code>${username}</code></td>
    <td>${tell}</td>
    <td data-head="Records">${patients.length === 0 ? 'all patients' : patients.join(', ')}</td>
  </tr>
`

const proof: Readonly<Record<string, string>> = {
  none: 'nothing (public)',
  client_secret_basic: 'a secret, by HTTP Basic',
  client_secret_post: 'a secret, in the form',
  private_key_jwt: 'a signed assertion (ES384)',
}

const clientRow = ({ client, tell }: DemoClient): View => html`
  <tr>
    <td><code>${client.id}</code></td>
    <td data-head="Proves itself by">${proof[client.auth.method] ?? client.auth.method}</td>
    <td data-head="Redirect URI">${client.redirectUris.length === 0 ? 'none' : html`<code>${client.redirectUris.join(' ')}</code>`}</td>
    <td>${tell}</td>
  </tr>
`

/** What the developer's page shows. */
export type DeveloperFacts = {
  readonly addresses: Addresses
  readonly users: readonly DemoUser[]
  readonly clients: readonly DemoClient[]
}

const tryIt = ({ fhirBase, issuer }: Addresses): View => html`
  <section class="card">
    <h2>First steps</h2>
    <p>Read what the server offers, then see that nobody gets a record without a token:</p>
    <pre><code>${`curl ${fhirBase}/.well-known/smart-configuration
curl -i ${fhirBase}/Patient/ana-torres`}</code></pre>
    <p>
      Secrets and private keys of the demo apps are in <code>.sandbox/sandbox.json</code>, with everything on this page, for
      your tools to read. Public apps may use any port of this computer in their redirect URI.
    </p>
    <p>
      To have your app opened by a clinician, listen at its launch URI and open a chart with the app's name:
      <a href="/ehr/lucia-torres?app=demo-public"><code>${issuer}/ehr/lucia-torres?app=demo-public</code></a>
    </p>
  </section>
`

/** Addresses, people and registered apps: what a developer needs. */
export const developerPage = ({ addresses, users, clients }: DeveloperFacts): Page => ({
  title: 'For developers – Gatehouse sandbox',
  main: html`
    <h1>For developers</h1>
    <section class="card wide">
      <h2>Addresses</h2>
      <table class="cards"><tbody>${endpoints(addresses).map(endpointRow)}</tbody></table>
    </section>
    <section class="card wide">
      <h2>People who can sign in</h2>
      <p>Everybody's password is <code>${demoPassword}</code>.</p>
      <table class="cards">
        <thead><tr><th>Name</th><th>User name</th><th>About</th><th>Records</th></tr></thead>
        <tbody>${users.map(userRow)}</tbody>
      </table>
    </section>
    <section class="card wide">
      <h2>Registered apps</h2>
      <table class="cards">
        <thead><tr><th>client_id</th><th>Proves itself by</th><th>Redirect URI</th><th>For</th></tr></thead>
        <tbody>${clients.map(clientRow)}</tbody>
      </table>
    </section>
    ${tryIt(addresses)}
  `,
})
