/**
 * What a measurement is. `bench/` compares Gatehouse with a peer product and with the raw limit of the same work: all three
 * run in processes of their own, take turns within one run, and get the same load from yet another process. Ratios hold
 * from machine to machine, absolute figures do not. Nothing here is part of the product.
 */

/** Something that does the work: the product, a peer, or the bare limit. `module` exports `serve` and is run in its own process. */
export type Contestant = { readonly name: string; readonly module: string }

/** What a contestant tells when it is up: where it listens and what the load must know (tokens, chains), as plain JSON. */
export type Target = { readonly url: string; readonly seeds: readonly string[] }

/** Starts a contestant for a kind of work; runs until the process is killed. */
export type Serve = (work: string) => Promise<Target>

/** An answer as the load generator sees it. */
export type Reply = { readonly status: number; readonly body: Buffer }

/** The requests of one round, made ready before the clock starts. */
export type Sender = {
  /** The next request of a connection as bytes on the wire. */
  readonly next: (connection: number) => Buffer
  /** Whether the answer is the right one; may keep what the next request of this connection needs. */
  readonly accept: (reply: Reply, connection: number) => boolean
}

/** One measurement. */
export type Work = {
  readonly name: string
  /** The first is the product; the others are what it is compared with. */
  readonly contestants: readonly Contestant[]
  readonly connections: number
  /** Requests per round and contestant. */
  readonly requests: number
  /** Runs in the load process. */
  readonly prepare: (target: Target, work: Work) => Promise<Sender> | Sender
}

/** How one contestant did in one round. */
export type Round = {
  readonly name: string
  /** Requests per second. */
  readonly rate: number
  /** CPU time of the contestant's process per request, in microseconds, user and system. */
  readonly cpu: number
  /** Latency in milliseconds. */
  readonly p50: number
  readonly p99: number
}
