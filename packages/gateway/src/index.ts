import type { FastifyInstance } from 'fastify'
import type { Answer, Input } from './answer.ts'
import { handle } from './app.ts'
import type { Config } from './config.ts'
import type { Env } from './env.ts'
import { openGateway } from './gateway.ts'
import { mount } from './mount.ts'

export {
  allowInsecureHttp,
  type Config as GatewayConfig,
  ConfigError,
  type ConfigInput as GatewayConfigInput,
  parseConfig,
} from './config.ts'
export { type Env as GatewayEnv, UpstreamError } from './env.ts'
export { openUpstreams } from './upstream.ts'

/** A gateway: an HTTP application, and the same thing as a plain function for use inside another program. */
export type CreatedGateway = {
  readonly app: FastifyInstance
  readonly handle: (input: Input) => Promise<Answer>
}

/** Opens a gateway over a parsed configuration and an environment. Closing `app` stops it. */
export const createGateway = (config: Config, env: Env): CreatedGateway => {
  const gateway = openGateway(config, env)
  return { app: mount(gateway), handle: (input) => handle(input, gateway) }
}
