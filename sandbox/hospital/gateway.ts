import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { allowInsecureHttp, createGateway, type GatewayConfigInput, parseConfig } from '@gatehouse/gateway'
import { fileSink } from '../../packages/cli/src/real-env/audit-sinks.ts'
import { openGatewayEnv } from '../../packages/cli/src/real-env/gateway-env.ts'
import { openLog } from '../../packages/cli/src/real-env/log.ts'
import type { Addresses } from '../addresses.ts'
import type { SandboxFolder } from '../sandbox-folder.ts'
import { type Lights, lightOfGate } from './lights.ts'

/** The hospital's gateway, to be mounted on its port. */
export type HospitalGateway = { readonly listener: RequestListener; readonly close: () => Promise<void> }

/** What it is opened with. */
export type GatewayParts = {
  readonly addresses: Addresses
  readonly folder: SandboxFolder
  readonly recordsBase: string
  readonly lights: Lights
}

/** The configuration of the hospital's gateway: clinicians may see every patient, as their own system lets them. */
function gatewayConfig({ addresses, folder, recordsBase }: GatewayParts): GatewayConfigInput {
  const { secrets } = folder
  return {
    issuers: [
      { issuer: addresses.issuer, credential: { clientId: 'riverbend-gateway', key: secrets.gatewayKey.private } },
    ],
    locations: [
      {
        base: addresses.fhirBase,
        issuer: addresses.issuer,
        upstream: { url: recordsBase, credential: { bearer: secrets.fhirCredential } },
        userReach: 'all',
      },
    ],
    linkKeys: [{ id: 'sandbox', key: secrets.linkKey }],
  }
}

/** What the drawing shows of a request: its type, and whether it came through. Public documents and preflights are not shown. */
function showRequest(request: IncomingMessage, response: ServerResponse, lights: Lights): void {
  const type = /^\/fhir\/([A-Z]\w+)/.exec(request.url ?? '')?.[1]
  if (type === undefined || request.method === 'OPTIONS') return
  response.once('finish', () => lights.show(lightOfGate({ type, allowed: response.statusCode < 400 })))
}

/** Opens the gateway in front of the records. */
export async function openGateway(parts: GatewayParts): Promise<HospitalGateway> {
  const config = parseConfig(gatewayConfig(parts), { [allowInsecureHttp]: true })
  const audit = await fileSink(parts.folder.path('gateway-audit.ndjson'))
  const { env, close } = openGatewayEnv(config, { audit: audit.record, log: openLog('error') })
  const { app } = createGateway(config, env)
  await app.ready()
  return {
    listener: (request, response) => {
      showRequest(request, response, parts.lights)
      app.routing(request, response)
    },
    close: async () => {
      await app.close()
      await close()
      await audit.close()
    },
  }
}
