/** The authorization server of Gatehouse. `cli` composes it with real effects; tests with `testEnv()`. */
export { operatorApp } from './admin/app.ts'
export { publicApp } from './app.ts'
export { allowInsecureHttp, type Config, ConfigError, type ConfigInput, parseConfig } from './config.ts'
export { fhirDirectory } from './directory/fhir-directory.ts'
export type { Effects, Env, Fetched, FetchOptions } from './env.ts'
export { startJobs } from './jobs.ts'
export { type Metric, metrics } from './metrics.ts'
export { openEnv } from './open-env.ts'
