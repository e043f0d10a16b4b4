/** Storage, for whoever composes a server or writes a store of their own. */
export { type CaseContext, type ContractCase, caseContext } from './contract/case.ts'
export { storeContract } from './contract/contract.ts'
export type { Driver, Row, Statement, Step, Value } from './driver.ts'
export { currentVersion, SchemaTooNewError, schemaVersion } from './migrations.ts'
export { openStore } from './open.ts'
export { openSqlite } from './sqlite.ts'
export type { Store } from './store.ts'
