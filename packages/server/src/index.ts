/** The authorization server of Gatehouse. `cli` composes it with real effects; tests with `testEnv()`. */
export { publicApp } from './app.ts'
export { allowInsecureHttp, type Config, ConfigError, type ConfigInput, parseConfig } from './config.ts'
export { fhirDirectory } from './directory/fhir-directory.ts'
export type { Effects, Env } from './env.ts'
export { openEnv } from './open-env.ts'
