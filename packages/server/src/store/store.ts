import type { Interaction } from '../authorize/interaction.ts'
import type { Client } from '../clients/client.ts'
import type { Brands } from '../discovery/settings.ts'
import type { ConsentRecord } from '../grants/consent-record.ts'
import type { Grant, GrantState } from '../grants/grant.ts'
import type { Launch } from '../launch/launch-context.ts'
import type { Session, User } from '../sign-in/user.ts'
import type { Code, Cut, OpaqueToken, RefreshToken, SigningKeyRecord, TokenHash } from '../token/token-records.ts'

/**
 * Where state lives: one small port per record, every verb atomic by itself, so that no transaction leaks out and any number
 * of nodes may run. Used rows are marked, not deleted: they are the evidence of re-use. This folder owns storage and knows
 * no endpoint. `contract/` is the suite every store must pass.
 */

/**
 * Registered apps. `save` replaces the row if its `updatedAt` is still the one given, so two editors cannot overwrite each
 * other; the stored `updatedAt` always rises, even within one second.
 */
export type ClientStore = {
  readonly create: (client: Client) => Promise<'created' | 'exists'>
  readonly find: (id: string) => Promise<Client | undefined>
  readonly save: (client: Client, expectedUpdatedAt: number) => Promise<boolean>
  readonly remove: (id: string) => Promise<boolean>
  /** In order of id, after the given id; at most `limit`. */
  readonly list: (page: { readonly after?: string; readonly limit: number }) => Promise<readonly Client[]>
  readonly listDevices: (grantId: string) => Promise<readonly Client[]>
  readonly touchDevice: (id: string, at: number) => Promise<void>
  /** Removes devices not used since then and those whose grant has ended; their ids. Spec: TOK-35 */
  readonly removeDevices: (unusedSince: number) => Promise<readonly string[]>
}

/** Launches recorded by an EHR; a handle works once. */
export type LaunchStore = {
  readonly create: (hash: TokenHash, launch: Launch) => Promise<void>
  readonly redeem: (hash: TokenHash, now: number) => Promise<Launch | 'reused' | 'expired' | 'unknown'>
}

/** What a client pushed: its parameters as it sent them. */
export type PushedRequest = {
  readonly clientId: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** Pushed authorization requests (RFC 9126): a `request_uri` works once. */
export type PushedRequestStore = {
  readonly create: (hash: TokenHash, request: PushedRequest, expiresAt: number) => Promise<void>
  readonly take: (hash: TokenHash, now: number) => Promise<PushedRequest | 'unknown'>
}

/** Verified requests waiting for the user. */
export type InteractionStore = {
  readonly create: (interaction: Interaction) => Promise<void>
  readonly find: (id: string, now: number) => Promise<Interaction | undefined>
  /** Writes `next` (its version one higher) if the stored version is still `next.version - 1`. */
  readonly advance: (next: Interaction) => Promise<boolean>
  /** Ends it; only one caller gets `true`, so only one code leaves an interaction. */
  readonly finish: (id: string) => Promise<boolean>
}

/** People who may sign in. */
export type UserStore = {
  readonly create: (user: User) => Promise<'created' | 'exists'>
  readonly find: (subject: string) => Promise<User | undefined>
  readonly findByUsername: (username: string) => Promise<User | undefined>
  readonly findByUpstream: (issuer: string, subject: string) => Promise<User | undefined>
  /** Replaces the row; with `expected` only if it still stands as it was read. `false`: changed since, or no such person. */
  readonly save: (user: User, expected?: User) => Promise<boolean>
  readonly list: (page: { readonly after?: string; readonly limit: number }) => Promise<readonly User[]>
}

/** Browsers that are signed in. */
export type SessionStore = {
  readonly create: (session: Session) => Promise<void>
  readonly find: (id: string, now: number) => Promise<Session | undefined>
  /** Moves activity forward, never backward, never beyond `endsAt`. */
  readonly touch: (id: string, lastActiveAt: number, idleEndsAt: number) => Promise<Session | undefined>
  readonly end: (id: string, now: number) => Promise<boolean>
  readonly endAll: (subject: string, now: number) => Promise<number>
}

/** The durable agreements. */
export type GrantStore = {
  /** Grant, first code and consent record in one atomic step: either all exist or none. */
  readonly createWithCode: (
    grant: Grant,
    code: Code & { readonly hash: TokenHash },
    consent: ConsentRecord | undefined,
  ) => Promise<void>
  /** A grant without a code, for backend services and exchanges. */
  readonly create: (grant: Grant) => Promise<void>
  readonly find: (id: string) => Promise<Grant | undefined>
  /** Last used first; with `live` only what is active or suspended of that client, at most 50. */
  readonly listBySubject: (subject: string, live?: { readonly clientId: string }) => Promise<readonly Grant[]>
  readonly listByClient: (clientId: string, state?: GrantState) => Promise<readonly Grant[]>
  /** Only from `active` or `suspended`, and never out of a final state. Records the cut for the revocation feed. */
  readonly end: (
    id: string,
    ending: { readonly state: 'revoked' | 'expired'; readonly reason: string },
    now: number,
  ) => Promise<boolean>
  /** Only from `active`. Records the cut: a suspended grant's access tokens stop too. Spec: THR-36 */
  readonly suspend: (id: string, reason: string, now: number) => Promise<boolean>
  /** Only from `suspended`; counts as a use. Tokens issued before the suspension stay cut. */
  readonly resume: (
    id: string,
    changes: Partial<Pick<Grant, 'snapshot' | 'consentId' | 'scope'>>,
    now: number,
  ) => Promise<boolean>
  /**
   * Replaces the scope by a narrower one, if it is still the one that was read, or the end by an earlier one (a later one is
   * refused: `false`); records the cut.
   */
  readonly narrow: (
    id: string,
    changes: { readonly scope?: { readonly from: string; readonly to: string }; readonly endsAt?: number },
    now: number,
  ) => Promise<boolean>
  readonly touch: (id: string, now: number) => Promise<void>
  readonly findConsent: (id: string) => Promise<ConsentRecord | undefined>
  readonly listConsents: (subject: string) => Promise<readonly ConsentRecord[]>
}

/** What `presentRefreshToken` reads in one statement: the token, its successor's state, its grant. */
export type PresentedRefreshToken = {
  readonly token: RefreshToken
  /** Whether the successor has itself been used: then the replay window is over. Spec: TOK-11 */
  readonly successorUsed: boolean
  readonly grant: Grant
}

/** What a cut can hit: an access token by its identifying claims. `issuedAt` in seconds, since a later token is not cut. */
export type IssuedToken = {
  readonly jti: string
  readonly grantId: string
  readonly clientId: string
  readonly issuedAt: number
}

/** One-time handles that become tokens, and tokens that are references. */
export type TokenStore = {
  /**
   * Single use in one statement. `reused`: it was redeemed before (the grant is told, so that it can be revoked).
   * Spec: RFC-01, THR-06
   */
  readonly redeemCode: (
    hash: TokenHash,
    now: number,
  ) => Promise<Code | 'unknown' | { readonly kind: 'reused' | 'expired'; readonly code: Code }>
  readonly createRefreshToken: (token: RefreshToken) => Promise<void>
  readonly presentRefreshToken: (hash: TokenHash) => Promise<PresentedRefreshToken | undefined>
  /**
   * Consumes `hash` and names the successor and its sealed text, only if it was unused and its grant is active; touches the grant.
   * `lost`: another request won; the successor row is gone. Spec: TOK-10
   */
  readonly rotateRefreshToken: (
    hash: TokenHash,
    next: { readonly successor: RefreshToken; readonly sealed: string },
    now: number,
  ) => Promise<'rotated' | 'lost'>
  readonly createOpaqueToken: (token: OpaqueToken) => Promise<void>
  readonly findOpaqueToken: (hash: TokenHash) => Promise<OpaqueToken | undefined>
  /** True for the first caller of this (kind, id) only: assertion and proof `jti`, one-time form tokens. Spec: CA-28 */
  readonly useOnce: (kind: string, id: string, expiresAt: number) => Promise<boolean>
  /** Cuts one access token (by `jti`), client or device for the revocation feed; grants are cut by `GrantStore`. */
  readonly cut: (cut: Cut, until: number) => Promise<void>
  /** Whether the token was issued at or before a cut of itself, its grant, its client or its device. */
  readonly isCut: (token: IssuedToken) => Promise<boolean>
  /** Cuts after the cursor, oldest first, with some overlap so that a late commit is not missed. */
  readonly listCuts: (
    cursor: string | undefined,
    limit: number,
  ) => Promise<{ readonly cursor: string; readonly cuts: readonly Cut[] }>
}

/** The user-access brands operators saved in place of the configuration's: at most one set. */
export type BrandStore = {
  readonly find: () => Promise<{ readonly version: number; readonly brands: Brands } | undefined>
  /** Writes the next version if the stored one is still the one given; 0 means there was none. */
  readonly save: (brands: Brands, expectedVersion: number) => Promise<boolean>
  readonly remove: (expectedVersion: number) => Promise<boolean>
}

/** Signing keys, shared by all nodes. */
export type KeyStore = {
  readonly list: () => Promise<readonly SigningKeyRecord[]>
  /** Adds a key and retires its predecessors of the same `alg` at `retireOthersAt`. */
  readonly add: (key: SigningKeyRecord, retireOthersAt: number) => Promise<void>
}

/** Periodic work. */
export type LeaseStore = {
  /** True for one node until the time is over. */
  readonly take: (
    name: string,
    lease: { readonly holder: string; readonly until: number },
    now: number,
  ) => Promise<boolean>
  /**
   * Expires grants past their end and removes what has no further use; consumed refresh tokens stay until their grant has
   * ended. Returns rows removed.
   */
  readonly purge: (now: number) => Promise<number>
}

/** Guessing is counted here, so that all nodes share the count. */
export type AttemptStore = {
  /** Counts a failure for the key and returns how many there are within the window that ends now. */
  readonly fail: (key: string, now: number, windowSeconds: number) => Promise<number>
  readonly count: (key: string, now: number) => Promise<number>
  readonly clear: (key: string) => Promise<void>
}

/** All ports of one store. */
export type Store = {
  readonly clients: ClientStore
  readonly launches: LaunchStore
  readonly pushedRequests: PushedRequestStore
  readonly interactions: InteractionStore
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly grants: GrantStore
  readonly tokens: TokenStore
  readonly keys: KeyStore
  readonly brands: BrandStore
  readonly leases: LeaseStore
  readonly attempts: AttemptStore
  readonly migrate: () => Promise<void>
  /** Resolves when a read and a durable write work. */
  readonly check: () => Promise<void>
  readonly close: () => Promise<void>
}
