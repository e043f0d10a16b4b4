import { createGateway, type GatewayConfig } from '@gatehouse/gateway'
import { type GatewayEffects, openGatewayEnv } from './gateway-env.ts'

/** A gateway that listens. `url` is where, with the port that was taken. */
export type RunningGateway = { readonly url: string; readonly close: () => Promise<void> }

/** Opens a gateway and listens. Closing it finishes the requests it has. */
export const startGateway = async (
  config: GatewayConfig,
  listen: { readonly host: string; readonly port: number },
  effects: GatewayEffects,
): Promise<RunningGateway> => {
  const { env, close } = openGatewayEnv(config, effects)
  const { app } = createGateway(config, env)
  const url = await app.listen({ host: listen.host, port: listen.port })
  env.log('info', 'listening', { url })
  return {
    url,
    close: async () => {
      await app.close()
      await close()
    },
  }
}
