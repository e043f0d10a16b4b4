export { covers, equals, intersect } from './compare.ts'
export { formatScope, formatScopes } from './format.ts'
export type { Narrowed, RefusedReason, RefusedScope } from './narrow.ts'
export { narrow } from './narrow.ts'
export { parseScope, parseScopes } from './parse.ts'
export type { ResourceGroup, ResourceType, SensitivityTag } from './resource-types.ts'
export { isResourceType } from './resource-types.ts'
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
