import type { knownQueries } from './queries.data.ts'
import type { ResourceGroup, ResourceType, SensitivityTag } from './resource-types.ts'
import type { Level } from './scope.ts'

/** A short text, and one or two plain sentences. The short text of records is a noun phrase that follows a verb. */
export type Text = readonly [short: string, long: string]

/** What an app wants to do with records. `see` is read and search. */
export type Verb = 'see' | 'add' | 'change' | 'delete'

/** Every set of verbs, in one order, as the key of its heading: no language has to join verbs from pieces. */
export type VerbSet =
  | Verb
  | 'see add'
  | 'see change'
  | 'see delete'
  | 'add change'
  | 'add delete'
  | 'change delete'
  | 'see add change'
  | 'see add delete'
  | 'see change delete'
  | 'add change delete'
  | 'see add change delete'

/** A granular query that has its own text. */
export type QueryKey = (typeof knownQueries)[number][0]

/** States of a record that people can be told about. */
export type StatusCode =
  | 'active'
  | 'inactive'
  | 'recurrence'
  | 'relapse'
  | 'remission'
  | 'resolved'
  | 'planned'
  | 'draft'
  | 'in-progress'
  | 'on-hold'
  | 'stopped'
  | 'cancelled'
  | 'completed'
  | 'finished'
  | 'final'
  | 'preliminary'
  | 'amended'
  | 'corrected'
  | 'current'
  | 'booked'
  | 'not-done'
  | 'entered-in-error'

/** What a restriction withholds, as far as a person is told. */
export type RestrictionText =
  | 'deny-all'
  | 'deny-sensitive'
  | 'deny-scans'
  | 'deny-dates'
  | 'deny-visits'
  | 'deny-some'
  | 'only-scans'
  | 'only-dates'
  | 'only-visits'
  | 'only-some'

/** Every text about scopes in one language. A catalogue that lacks one does not compile. */
export type Catalogue = {
  /** BCP 47. */
  readonly tag: string
  /** The language's name in itself. */
  readonly name: string
  readonly dir: 'ltr' | 'rtl'
  /** Whether a person who knows the language and the field has read all of it. */
  readonly reviewed: 'human' | 'machine'
  /** Follows "This app wants to". */
  readonly verbs: Readonly<Record<VerbSet, string>>
  /** Whose records are meant, where it is more than one person's. */
  readonly reach: Readonly<Record<Exclude<Level, 'patient'>, string>>
  readonly groups: Readonly<Record<ResourceGroup, Text>>
  readonly types: Readonly<Record<ResourceType, Text>>
  readonly queries: Readonly<Record<QueryKey, Text>>
  readonly everything: Text
  /** A verb phrase that follows "This app wants to". */
  readonly identity: Text
  /** What the person says to the app. */
  readonly offline: Text
  readonly online: Text
  /** Scopes of other vocabularies, as verb phrases: those with a text, and `unknown` for the rest. */
  readonly others: Readonly<Record<'email' | 'phone' | 'address' | 'launch-token' | 'unknown', Text>>
  /** Between two sentences. */
  readonly space: string
  /** Put behind a short text of which a query leaves only a part. */
  readonly part: string
  /** Long text of a query that nobody has put into words. */
  readonly unknownPart: string
  /** Sentences that say which part: `{date}`, `{status}` and `{name}` are filled in. */
  readonly conditions: Readonly<Record<'from' | 'until' | 'on' | 'status' | 'name', string>>
  readonly statuses: Readonly<Record<StatusCode, string>>
  /** Follows "May include". */
  readonly sensitivity: Readonly<Record<SensitivityTag, string>>
  readonly restrictions: Readonly<Record<RestrictionText, string>>
  /** Put behind the text of a restriction that ends; `{date}` is filled in. */
  readonly restrictionEnds: string
}
