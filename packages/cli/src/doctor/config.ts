import type { Config } from '@gatehouse/server'
import { type Finding, finding } from './codes.ts'

const day = 86_400

/** What in a configuration that parses is still unwise. */
export const checkConfig = (config: Config): readonly Finding[] => [
  ...checkListeners(config),
  ...checkLives(config),
  ...config.resourceServers
    .filter(({ base, kind }) => kind === 'fhir' && !config.directory.sources.some((source) => source.base === base))
    .map(({ base }) => finding('config/no-directory', base)),
  ...(config.organization.phone === undefined ? [finding('config/no-phone', 'organization.phone')] : []),
  ...(config.store === 'sqlite::memory:' ? [finding('store/memory', 'store')] : []),
]

const checkListeners = ({ issuer, listen, operator }: Config): readonly Finding[] => [
  ...(['0.0.0.0', '::'].includes(operator.listen.host)
    ? [finding('config/operator-listener-open', 'operator.listen.host', operator.listen.host)]
    : []),
  ...(operator.tokens.length === 0 ? [finding('config/no-operators', 'operator.tokens')] : []),
  ...(issuer.startsWith('https:') && listen.trustedProxies.length === 0
    ? [finding('config/no-trusted-proxy', 'listen.trustedProxies')]
    : []),
]

const checkLives = ({ token }: Config): readonly Finding[] => [
  ...(token.accessToken > 600
    ? [finding('config/access-token-long', 'token.accessToken', `${token.accessToken} s`)]
    : []),
  ...(token.refreshIdle < 93 * day
    ? [finding('config/refresh-idle-short', 'token.refreshIdle', `${Math.floor(token.refreshIdle / day)} d`)]
    : []),
]
