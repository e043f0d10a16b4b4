import { operatorApp } from '../src/admin/app.ts'
import { newOperatorToken, type OperatorRole } from '../src/admin/operator.ts'
import { seededRandom, type TestOverrides } from './env.ts'
import { type TokenWorld, tokenWorld } from './token-world.ts'

/** What came back from the admin API. */
export type OperatorAnswer = { readonly status: number; readonly etag: string; readonly body: Record<string, unknown> }

/** How an operation is called. `as` is whose token is sent; `nobody` sends none. */
export type OperatorRequest = {
  readonly as?: OperatorRole | 'nobody'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A world with operators of every role beside the public server. */
export type OperatorWorld = TokenWorld & {
  readonly ask: (line: string, request?: OperatorRequest) => Promise<OperatorAnswer>
}

const random = seededRandom('operators')
const operators = (['viewer', 'support', 'admin'] as const).map((role) =>
  newOperatorToken({ name: `the ${role}`, role }, { random }),
)

/** Opens both applications over one store. `ask('GET /clients')` speaks as an admin unless told otherwise. */
export const operatorWorld = async (overrides: TestOverrides = {}): Promise<OperatorWorld> => {
  const config = { ...overrides.config, operator: { tokens: operators.map(({ row }) => row) } }
  const world = await tokenWorld({ ...overrides, config })
  const app = await operatorApp(world.env, async () => '# metrics')
  return {
    ...world,
    ask: async (line, { as = 'admin', body, headers = {} } = {}) => {
      const [method = 'GET', url = '/'] = line.split(' ')
      const token = operators.find(({ row }) => row.role === as)?.token
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return {
        status: answer.statusCode,
        etag: String(answer.headers.etag ?? ''),
        body: answer.body.startsWith('{') ? answer.json() : {},
      }
    },
  }
}
