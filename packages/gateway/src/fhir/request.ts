import type { Parameter } from '../upstream-call.ts'
import type { Resource } from './json.ts'
import type { Shape } from './search-control.ts'

/** What the client says with `Prefer`. */
export type Prefer = {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome' | undefined
  readonly strict: boolean
  readonly respondAsync: boolean
}

/** A patch document. FHIRPath Patch is only ever passed on; it is never evaluated here. */
export type PatchDocument =
  | { readonly format: 'json-patch'; readonly operations: readonly unknown[] }
  | { readonly format: 'fhirpath'; readonly resource: Resource }

type OnInstance = { readonly type: string; readonly id: string }

/**
 * What a request to a FHIR location asks for: one member per interaction of gateway.md §4. A request that is none of these
 * does not exist for the gateway.
 */
export type FhirRequest =
  | ({ readonly interaction: 'read'; readonly shape: Shape } & OnInstance)
  | ({ readonly interaction: 'vread'; readonly version: string; readonly shape: Shape } & OnInstance)
  | ({ readonly interaction: 'history-instance'; readonly parameters: readonly Parameter[] } & OnInstance)
  | { readonly interaction: 'history-type'; readonly type: string; readonly parameters: readonly Parameter[] }
  | { readonly interaction: 'history-system'; readonly parameters: readonly Parameter[] }
  | {
      readonly interaction: 'search'
      readonly type: string
      readonly parameters: readonly Parameter[]
      readonly byPost: boolean
      /** The patient of `Patient/x/T`. */
      readonly compartment?: string
    }
  | { readonly interaction: 'search-system' | 'search-compartment' }
  | { readonly interaction: 'page'; readonly type: string; readonly sealed: string }
  | {
      readonly interaction: 'create'
      readonly type: string
      readonly body: Resource
      readonly ifNoneExist?: readonly Parameter[]
    }
  | ({ readonly interaction: 'update'; readonly body: Resource; readonly ifMatch?: string } & OnInstance)
  | ({ readonly interaction: 'patch'; readonly patch: PatchDocument; readonly ifMatch?: string } & OnInstance)
  | ({ readonly interaction: 'delete'; readonly ifMatch?: string } & OnInstance)
  | {
      readonly interaction: 'conditional-update'
      readonly type: string
      readonly criteria: readonly Parameter[]
      readonly body: Resource
    }
  | {
      readonly interaction: 'conditional-patch'
      readonly type: string
      readonly criteria: readonly Parameter[]
      readonly patch: PatchDocument
    }
  | { readonly interaction: 'conditional-delete'; readonly type: string; readonly criteria: readonly Parameter[] }
  /** A Binary sent as it is, with its own media type. */
  | {
      readonly interaction: 'upload'
      readonly type: 'Binary'
      readonly id?: string
      readonly content: Uint8Array
      readonly mediaType: string
      readonly ifMatch?: string
    }
  | { readonly interaction: 'batch' | 'transaction'; readonly bundle: Resource }
  | {
      readonly interaction: 'operation'
      readonly name: string
      readonly method: 'GET' | 'POST'
      readonly type?: string
      readonly id?: string
      readonly parameters: readonly Parameter[]
      readonly body?: Resource
    }
  | { readonly interaction: 'export-status' | 'export-cancel'; readonly sealed: string }
  /** A bulk link that was opened: it was made for this client and leads below the upstream base. */
  | {
      readonly interaction: 'bulk'
      readonly action: 'status' | 'cancel' | 'file'
      readonly target: string
      readonly types: readonly string[]
    }
