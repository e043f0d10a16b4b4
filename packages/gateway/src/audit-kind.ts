import { assertNever } from './assert-never.ts'
import type { FhirRequest } from './fhir/request.ts'

/** A request as the audit names it. */
export type Done = FhirRequest

/** How an interaction is recorded: its code, its action, and the BALP profile of its success. */
export type AuditKind = {
  readonly interaction: string
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  readonly profile: 'Read' | 'Query' | 'Create' | 'Update' | 'Delete' | undefined
  readonly isQuery: boolean
}

const kind = (interaction: string, action: AuditKind['action'], profile: AuditKind['profile']): AuditKind => ({
  interaction,
  action,
  profile,
  isQuery: profile === 'Query' || profile === undefined,
})

/** Interaction → how it is recorded. What was refused before it was understood is an execution of nothing in particular. */
export const kindOf = (request: Done | undefined): AuditKind => {
  if (request === undefined) return kind('operation', 'E', undefined)
  switch (request.interaction) {
    case 'read':
    case 'vread':
    case 'history-instance':
      return kind(request.interaction, 'R', 'Read')
    case 'history-type':
    case 'history-system':
      return kind(request.interaction, 'E', 'Query')
    case 'search':
    case 'page':
      return kind('search-type', 'E', 'Query')
    case 'search-system':
    case 'search-compartment':
      return kind('search-system', 'E', 'Query')
    case 'create':
    case 'upload':
      return kind('create', 'C', 'Create')
    case 'update':
    case 'conditional-update':
      return kind('update', 'U', 'Update')
    case 'patch':
    case 'conditional-patch':
      return kind('patch', 'U', 'Update')
    case 'delete':
    case 'conditional-delete':
      return kind('delete', 'D', 'Delete')
    case 'batch':
    case 'transaction':
      return kind(request.interaction, 'E', undefined)
    case 'operation':
    case 'export-status':
    case 'export-cancel':
    case 'bulk':
      return kind('operation', 'E', undefined)
    default:
      return assertNever(request)
  }
}
