import { hashSecret } from '../../secret.ts'
import type { TokenHash } from '../../token/token-records.ts'
import type { Store } from '../store.ts'

/**
 * What any store must do, one file per record. Each case is a sentence and a function that throws when the store breaks it,
 * so the suite needs no test framework and a third party runs it on a store of its own. Cases may share one database: every
 * name a case uses is its own. They run one after another on an empty, migrated store.
 */

/** What a case works with: the store, names nobody else uses, and a time in seconds. */
export type CaseContext = {
  readonly store: Store
  readonly id: (name: string) => string
  readonly hash: (name: string) => TokenHash
  readonly now: number
}

/** A sentence about stores, and its proof. */
export type ContractCase = {
  readonly title: string
  readonly run: (context: CaseContext) => Promise<void>
}

/** The context of one case; `number` keeps its names apart from those of other cases. */
export const caseContext = (store: Store, number: number): CaseContext => {
  const id = (name: string): string => `case-${number}-${name}`
  return { store, id, hash: (name) => hashSecret(id(name)), now: 1_800_000_000 }
}
