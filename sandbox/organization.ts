import type { RequestListener } from 'node:http'
import { type Addresses, addressesFrom } from './addresses.ts'
import { sandboxContract } from './contract.ts'
import { startFhirThread } from './fhir-thread.ts'
import { hospitalCharts } from './hospital/charts.ts'
import { demoClients } from './hospital/clients.ts'
import { launchByEhr } from './hospital/launch-app.ts'
import { openLights } from './hospital/lights.ts'
import { demoUsers } from './hospital/users.ts'
import { checkPorts, listenOnLoopback } from './loopback.ts'
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
      () => {
        if (!response.headersSent) response.writeHead(500)
        response.end('The sandbox could not make this page.\n')
      },
    )
  }
}

/** Opens the hospital: records, authorization server, gateway, its own pages. Throws `PortTaken` before anything is opened. */
export async function openHospital(portBase: number, folder: SandboxFolder): Promise<Organization> {
  const addresses = addressesFrom(portBase)
  const { ports } = addresses
  await checkPorts([ports.hospital, ports.gateway, ports.fhir, ...ports.apps])
  const parts: Part[] = []
  const close = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.close()
  }
  const credential = folder.secrets.fhirCredential
  const records = await startFhirThread({ port: ports.fhir, journalPath: folder.path('records.ndjson'), credential })
  parts.push(records)
  const site: SiteParts = {
    addresses,
    users: demoUsers,
    clients: demoClients(addresses, folder.secrets),
    chartApps: [{ clientId: 'growth-chart', name: 'Growth Chart', does: 'Vital signs and growth curves.' }],
    charts: hospitalCharts({ fhirBase: records.fhirBase, credential }, TODAY),
    launchApp: launchByEhr(addresses, folder.secrets.ehrSecret),
    lights: openLights(),
  }
  const notYet: RequestListener = (_request, response) => void response.writeHead(404).end()
  parts.push(await listenOnLoopback(ports.hospital, hospitalFront(site, notYet)))
  writeContract(folder, addresses)
  return { addresses, close }
}
