import { createGateway, type GatewayConfig } from '@gatehouse/gateway'
import { fileSink } from './audit-sinks.ts'
import { openGatewayEnv } from './gateway-env.ts'
import { openLog } from './log.ts'

/** A gateway that listens. `url` is where, with the port that was taken. */
export type RunningGateway = { readonly url: string; readonly close: () => Promise<void> }

/** Opens the audit file and the gateway, and listens. Closing it finishes the requests it has. */
export const startGateway = async (config: GatewayConfig): Promise<RunningGateway> => {
  const audit = await fileSink(config.audit.file)
  const { env, close } = openGatewayEnv(config, { audit: audit.record, log: openLog('info') })
  const { app } = createGateway(config, env)
  const url = await app.listen({ ...config.listen })
  env.log('info', 'listening', { url })
  return {
    url,
    close: async () => {
      await app.close()
      await close()
      await audit.close()
      env.log('info', 'stopped')
    },
  }
}
