import { type Input, singleHeader } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret, newSecret, sameSecret } from '../secret.ts'
import { operatorRoles } from './settings.ts'

/** What an operator may do: look; also pause and end access; also change clients, users, keys and brands. */
export type OperatorRole = (typeof operatorRoles)[number]

/** Who acts. `name` goes into the audit record. */
export type Operator = { readonly name: string; readonly role: OperatorRole }

/** A row of `operator.tokens` in the configuration. */
export type OperatorToken = Operator & { readonly hash: string }

/** Who presents a bearer token of the configuration. Throws `admin:unauthenticated`. Spec: THR-39 */
export const authenticateOperator = (input: Input, { config }: Pick<Env, 'config'>): Operator => {
  const [, token] = /^bearer +([A-Za-z0-9_-]{43}) *$/i.exec(singleHeader(input, 'authorization') ?? '') ?? []
  const hash = token === undefined ? undefined : hashSecret(token)
  // Every row is compared, so that time does not tell which one it was.
  const found = config.operator.tokens.filter((row) => hash !== undefined && sameSecret(row.hash, hash))[0]
  if (found !== undefined) return { name: found.name, role: found.role }
  throw new OAuthError('admin:unauthenticated', {
    description: 'Send the bearer token of an operator. `gatehouse operators new` makes one.',
    headers: { 'www-authenticate': 'Bearer realm="operators"' },
  })
}

/** Throws `admin:forbidden` unless the operator's role is at least the one asked for. */
export const checkRole = (operator: Operator, least: OperatorRole): void => {
  if (operatorRoles.indexOf(operator.role) >= operatorRoles.indexOf(least)) return
  throw new OAuthError('admin:forbidden', {
    description: `This needs the role ${least}; the operator ${operator.name} has ${operator.role}.`,
  })
}

/** A new bearer token, and the row that lets it in. The token is shown once and stored nowhere. */
export const newOperatorToken = (
  operator: Operator,
  env: Pick<Env, 'random'>,
): { readonly token: string; readonly row: OperatorToken } => {
  const token = newSecret(env)
  return { token, row: { ...operator, hash: hashSecret(token) } }
}
