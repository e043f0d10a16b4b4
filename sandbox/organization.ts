import type { RequestListener } from 'node:http'
import { type Addresses, addressesFrom } from './addresses.ts'
import { type HostedApp, hostApp } from './app-host.ts'
import { sandboxContract } from './contract.ts'
import { startFhirThread } from './fhir-thread.ts'
import { openAuthorizationServer } from './hospital/authorization-server.ts'
import { hospitalCharts } from './hospital/charts.ts'
import { type DemoClient, demoClients } from './hospital/clients.ts'
import { openGateway } from './hospital/gateway.ts'
import { launchByEhr } from './hospital/launch-app.ts'
import { openLights } from './hospital/lights.ts'
import { demoUsers } from './hospital/users.ts'
import { checkPorts, listenOnLoopback } from './loopback.ts'
import { hospitalName } from './pages/page.ts'
import { openSite, type SiteParts } from './pages/site.ts'
import { TODAY } from './patients/calendar.ts'
import { people } from './patients/people.data.ts'
import type { SandboxFolder } from './sandbox-folder.ts'

/** A running hospital. `close` ends every part of it, last opened first. */
export type Organization = { readonly addresses: Addresses; readonly close: () => Promise<void> }

type Part = { readonly close: () => Promise<void> }

function writeContract(folder: SandboxFolder, addresses: Addresses): void {
  const clients = demoClients(addresses, folder.secrets)
  const patients = people.map(({ id, given, family }) => ({ id, name: `${given.join(' ')} ${family}` }))
  folder.write(
    'sandbox.json',
    `${JSON.stringify(sandboxContract({ addresses, users: demoUsers, clients, patients }), null, 2)}\n`,
  )
}

/** The start page first; what is not of the sandbox's own pages is the authorization server's. */
function hospitalFront(parts: SiteParts, authorizationServer: RequestListener): RequestListener {
  const site = openSite(parts)
  return (request, response) => {
    site(request, response).then(
      (answered) => {
        if (!answered) authorizationServer(request, response)
      },
      (error: unknown) => {
        console.error(error)
        if (!response.headersSent) response.writeHead(500)
        response.end('The sandbox could not make this page.\n')
      },
    )
  }
}

/** The demo apps, each on an origin of its own. */
function hostedApps(
  { fhirBase, patientApp, clinicianApp, ports }: Addresses,
  clients: readonly DemoClient[],
): readonly HostedApp[] {
  const config = (clientId: string, origin: string): HostedApp['config'] => ({
    fhirBase,
    clientId,
    scope: clients.find(({ client }) => client.id === clientId)?.client.scope ?? '',
    redirectUri: `${origin}/callback`,
    serverName: hospitalName,
  })
  return [
    { name: 'patient-portal', port: ports.patientApp, config: config('health-notebook', patientApp) },
    { name: 'growth-chart', port: ports.clinicianApp, config: config('growth-chart', clinicianApp) },
  ]
}

const originOf = (url: string): string => new URL(url).origin

/** Waits for all, so that nothing is still opening when the first failure is thrown. */
async function all<T>(opening: readonly Promise<T>[]): Promise<void> {
  const outcomes = await Promise.allSettled(opening)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

async function openParts(addresses: Addresses, folder: SandboxFolder, opened: (part: Part) => void): Promise<void> {
  const { ports, issuer, fhirBase, recordsBase } = addresses
  const { secrets } = folder
  const clients = demoClients(addresses, secrets)
  const lights = openLights()
  const credential = secrets.fhirCredential
  const site: SiteParts = {
    addresses,
    users: demoUsers,
    clients,
    chartApps: [{ clientId: 'growth-chart', name: 'Growth Chart', does: 'Vital signs and growth curves.' }],
    charts: hospitalCharts({ fhirBase: recordsBase, credential }, TODAY),
    launchApp: launchByEhr(addresses, secrets.ehrSecret),
    lights,
  }
  const record = async <P extends Part>(opening: Promise<P>): Promise<P> => {
    const part = await opening
    opened(part)
    return part
  }
  const desk = record(openAuthorizationServer({ addresses, folder, recordsBase, lights }))
  const gate = record(openGateway({ addresses, folder, recordsBase, lights }))
  const shelf = record(startFhirThread({ port: ports.fhir, journalPath: folder.path('records.ndjson'), credential }))
  const apps = hostedApps(addresses, clients).map((app) =>
    record(hostApp(app, folder.path(`apps/${app.name}`), [issuer, originOf(fhirBase)])),
  )
  await all<Part>([desk, gate, shelf, ...apps])
  await record(listenOnLoopback(ports.gateway, (await gate).listener))
  await record(listenOnLoopback(ports.hospital, hospitalFront(site, (await desk).listener)))
}

/** Opens the hospital: records, authorization server, gateway, apps, its own pages. Throws `PortTaken` before anything is opened. */
export async function openHospital(portBase: number, folder: SandboxFolder): Promise<Organization> {
  const addresses = addressesFrom(portBase)
  await checkPorts(Object.values(addresses.ports))
  const parts: Part[] = []
  const close = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.close()
  }
  try {
    await openParts(addresses, folder, (part) => parts.push(part))
  } catch (error) {
    await close()
    throw error
  }
  writeContract(folder, addresses)
  return { addresses, close }
}
