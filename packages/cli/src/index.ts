/** The command line of Gatehouse, and the composition of its services for whoever runs them from code (the sandbox does). */
export type { ServerOptions } from './real-env/server-env.ts'
export { type RunningServer, startServer } from './real-env/start-server.ts'
