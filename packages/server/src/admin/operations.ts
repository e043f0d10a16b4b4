import { brandOperations } from './brands.ts'
import { clientOperations } from './client-operations.ts'
import { grantOperations } from './grants.ts'
import { keyOperations } from './keys.ts'
import { launchOperations } from './launches.ts'
import type { MountedOperation } from './operation.ts'
import { userOperations } from './user-operations.ts'

/** The admin API, line by line; mounted by `app.ts` and described by `openapi.ts`. */
export const operations: readonly MountedOperation[] = [
  ...clientOperations,
  ...launchOperations,
  ...grantOperations,
  ...userOperations,
  ...keyOperations,
  ...brandOperations,
]
