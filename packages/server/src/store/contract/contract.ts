import type { ContractCase } from './case.ts'
import { clientContract } from './clients.ts'
import { cutContract } from './cuts.ts'
import { grantContract } from './grants.ts'
import { housekeepingContract } from './housekeeping.ts'
import { interactionContract } from './interactions.ts'
import { launchContract } from './launches.ts'
import { tokenContract } from './tokens.ts'
import { userContract } from './users.ts'

/** Every case a store must pass, in the order in which they are run. */
export const storeContract: readonly ContractCase[] = [
  ...clientContract,
  ...launchContract,
  ...interactionContract,
  ...userContract,
  ...grantContract,
  ...tokenContract,
  ...cutContract,
  ...housekeepingContract,
]
