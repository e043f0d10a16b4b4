import { z } from 'zod'
import { type Answer, empty, type Input, json, noStore, singleHeader, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { authenticateOperator, checkRole, type Operator, type OperatorRole } from './operator.ts'

/** What an operation works with, checked: who asks, the id in the path, the query, the body, and `If-Match` where it is needed. */
export type OperationCall<Q, B> = {
  readonly operator: Operator
  readonly id: string
  readonly query: Q
  readonly body: B
  /** The entity tag the caller has seen; empty when the operation does not ask for one. */
  readonly seen: string
}

/** What an operation answers. `body` absent is 204. */
export type OperationResult = { readonly body?: unknown; readonly etag?: string }

/** One line of the operators' map, with all that is said about it in the OpenAPI document. */
export type Operation = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:id` is the one path parameter there is. */
  readonly path: string
  readonly role: OperatorRole
  readonly summary: string
  readonly success: 200 | 201 | 204
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly answer?: z.ZodType
  /** Whether `If-Match` must say which version is meant. */
  readonly conditional?: true
}

/** How an operation runs: through every check, in this order. */
export type RunOperation = (input: Input, env: Env) => Promise<Answer>

/** An operation and what it does. */
export type MountedOperation = { readonly operation: Operation; readonly endpoint: RunOperation }

/**
 * Joins a line with its function: authenticate, role, parse, act, answer. A line cannot skip a check, because the function
 * only gets what the checks yield.
 */
export const operation = <Q = undefined, B = undefined>(
  line: Operation & { readonly query?: z.ZodType<Q>; readonly body?: z.ZodType<B> },
  act: (call: OperationCall<Q, B>, env: Env) => Promise<OperationResult>,
): MountedOperation => ({
  operation: line,
  endpoint: async (input, env) => {
    const operator = authenticateOperator(input, env)
    checkRole(operator, line.role)
    const call = {
      operator,
      id: input.path.id ?? '',
      query: parsePart(line.query, Object.fromEntries(input.query), 'query') as Q,
      body: parsePart(line.body, input.json, 'body') as B,
      seen: line.conditional ? seenTag(input) : '',
    }
    return formatResult(line, await act(call, env))
  },
})

const formatResult = ({ success }: Operation, { body, etag }: OperationResult): Answer =>
  withHeaders(
    noStore(body === undefined ? empty(204) : json(success, body)),
    etag === undefined ? [] : [['etag', `"${etag}"`]],
  )

const parsePart = (schema: z.ZodType | undefined, value: unknown, part: string): unknown => {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${[part, ...path].join('.')}: ${message}`)
  throw new OAuthError('admin:invalid', { description: faults.join('; ').replaceAll(/[^\x20-\x7e]/g, '?') })
}

/** Two operators must not overwrite each other unseen, so a change names the version it was made from. */
const seenTag = (input: Input): string => {
  const [, tag] = /^"([^"]+)"$/.exec(singleHeader(input, 'if-match') ?? '') ?? []
  if (tag !== undefined) return tag
  throw new OAuthError('admin:if-match-missing', {
    description: 'Send If-Match with the ETag of the version you have seen.',
  })
}

/** Pages of a list, in order of id. */
export const pageQuery = z.strictObject({
  after: z.string().max(255).optional().describe('Id of the last record of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Records per page.'),
})

/** A page: its records, and the id to go on after, when there may be more. */
export const pageOf = <T>(
  records: readonly T[],
  limit: number,
  idOf: (record: T) => string,
): { readonly records: readonly T[]; readonly next?: string } => {
  const last = records.at(-1)
  return last !== undefined && records.length === limit ? { records, next: idOf(last) } : { records }
}

/** There is no such record. */
export const unknownRecord = (kind: string): OAuthError =>
  new OAuthError('admin:unknown', { description: `There is no such ${kind}.` })

/** The record changed since the caller saw it. */
export const changedRecord = (kind: string): OAuthError =>
  new OAuthError('admin:changed', { description: `The ${kind} was changed since you read it. Read it and try again.` })
