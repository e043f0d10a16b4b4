import type { InteractionLetter } from '@gatehouse/scopes'
import type { Resource } from './json.ts'
import type { SearchPlan } from './search.ts'
import type { Shape } from './search-control.ts'

/** How the entries of a history are judged. `current`: the instance is covered as it is now, so its deletions may show. */
export type HistoryPlan = {
  readonly level: 'instance' | 'type' | 'system'
  readonly type: string | undefined
  readonly id: string | undefined
  readonly letter: 'r' | 's'
  readonly count: number
  readonly judged: boolean
}

/** How the entries of an operation's result Bundle are judged: only these types, each covered by this letter. */
export type CollectionPlan = {
  readonly types: ReadonlySet<string> | 'covered'
  readonly letter: 'r' | 's'
  readonly count: number
  readonly judged: boolean
}

/** A result that comes in pages. */
export type PagePlan =
  | { readonly kind: 'search'; readonly search: SearchPlan }
  | { readonly kind: 'history'; readonly history: HistoryPlan }
  | { readonly kind: 'collection'; readonly collection: CollectionPlan }

/** An entry of a transaction: sent on with its own filter, or answered without the upstream. */
export type EntryPlan =
  | { readonly kind: 'sent'; readonly filter: Filter }
  | { readonly kind: 'answered'; readonly resource: Resource; readonly shown: boolean }

/** How an upstream's answer is judged before anything of it goes out. Decided together with the request, never after it. */
export type Filter =
  /** Nothing of it can be uncovered: URLs are rewritten, and it is streamed where even those are the same. */
  | { readonly kind: 'pass' }
  /** One resource: it is covered, or the answer is the one for a resource that does not exist. */
  | {
      readonly kind: 'instance'
      readonly type: string
      readonly id: string
      /** `own`: the user's own resource, readable whatever the scopes say. */
      readonly letter: InteractionLetter | 'own'
      readonly shape: Shape
    }
  /** A Bundle of entries, read on until the client's page is full. */
  | { readonly kind: 'page'; readonly plan: PagePlan }
  /** The answer to a write: a body only if the token may read what was stored. */
  | { readonly kind: 'written'; readonly readable: boolean; readonly restricted: boolean }
  /** The answers to the entries of a transaction, each judged as its own request would be. */
  | { readonly kind: 'transaction'; readonly entries: readonly EntryPlan[] }
  /** A bulk export that was started: where its state can be asked is sealed. */
  | { readonly kind: 'export'; readonly types: readonly string[] }
  /** The manifest of a finished export: the URLs of its files are sealed. */
  | { readonly kind: 'manifest'; readonly types: readonly string[] }
  /** A file of an export: every line is judged. */
  | { readonly kind: 'lines'; readonly type: string }
  /** A terminology result: no patient data in or out. */
  | { readonly kind: 'terminology' }
  /** Content of a Binary whose owner was proven: headers are checked, then it is piped. */
  | { readonly kind: 'content' }
