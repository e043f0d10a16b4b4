export type { Catalogue, Verb, VerbSet } from './catalogue.ts'
export { covers, equals, intersect } from './compare.ts'
export type { DescribeOptions, Description, Section } from './describe.ts'
export { describe } from './describe.ts'
export { formatScope, formatScopes } from './format.ts'
export type { LocaleTag } from './locales.ts'
export { locales } from './locales.ts'
export type { Narrowed, RefusedReason, RefusedScope } from './narrow.ts'
export { narrow } from './narrow.ts'
export { parseScope, parseScopes } from './parse.ts'
export type { Hint, Quality } from './query-text.ts'
export type { ResourceGroup, ResourceType, SensitivityTag } from './resource-types.ts'
export { isResourceType } from './resource-types.ts'
export type { Item, Restricted } from './restrict.ts'
export { restrict } from './restrict.ts'
export type { Accession, Obligation, ParsedRestrictions, Period, Restriction, RestrictionFlaw } from './restriction.ts'
export { mergeRestrictions, parseRestrictions } from './restriction.ts'
export type { Row } from './row.ts'
export type {
  IdentityScope,
  InteractionLetter,
  LaunchScope,
  Level,
  MalformedReason,
  MalformedScope,
  OfflineScope,
  OtherScope,
  QueryParameter,
  ResourceScope,
  Scope,
} from './scope.ts'
export { withoutSwallowed } from './swallow.ts'
export type { Display } from './words.ts'
