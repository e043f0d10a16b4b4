import { z } from 'zod'
import type { Operation } from './operation.ts'
import { operations } from './operations.ts'

/** JSON as OpenAPI has it. */
type Json = Readonly<Record<string, unknown>>

const error = {
  type: 'object',
  required: ['error', 'error_description'],
  properties: {
    error: { type: 'string' },
    error_description: { type: 'string', description: 'What is wrong and what to do.' },
    error_uri: { type: 'string', format: 'uri', description: 'Leads support to the log line.' },
  },
}

const jsonContent = (schema: Json): Json => ({ content: { 'application/json': { schema } } })

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** The OpenAPI 3.1 document of the admin API: said by the map itself, so it cannot tell of what is not served. */
export const openApiDocument = (): Json => {
  const paths: Record<string, Record<string, Json>> = {}
  for (const { operation } of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse admin API',
      version: '1',
      description:
        'For operators, on a listener of their own. Times are Unix seconds. Secrets are told once and kept as hashes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:4009', description: 'The default of `operator.listen`.' }],
    security: [{ operator: [] }],
    paths,
    components: {
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', description: 'A token of `gatehouse operators new`.' },
      },
      responses: { error: { description: 'Refused.', ...jsonContent(error) } },
    },
  }
}

const describeOperation = (line: Operation): Json => ({
  operationId: nameOf(line),
  summary: line.summary,
  description: `Role: ${line.role}.`,
  parameters: parametersOf(line),
  ...(line.body === undefined ? {} : { requestBody: { required: true, ...jsonContent(schemaOf(line.body, 'input')) } }),
  responses: {
    [line.success]: {
      description: 'Done.',
      ...(line.answer === undefined ? {} : jsonContent(schemaOf(line.answer, 'output'))),
    },
    default: { $ref: '#/components/responses/error' },
  },
})

/** `POST /clients/:id/state` → `postClientsState`. */
const nameOf = ({ method, path }: Operation): string =>
  method.toLowerCase() +
  path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part === ':id' ? 'One' : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('')

const parametersOf = ({ path, query, conditional }: Operation): readonly Json[] => [
  ...(path.includes(':id') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
  ...(query === undefined ? [] : queryParameters(schemaOf(query, 'input'))),
  ...(conditional
    ? [
        {
          name: 'If-Match',
          in: 'header',
          required: true,
          schema: { type: 'string' },
          description: 'ETag of the version seen.',
        },
      ]
    : []),
]

const queryParameters = ({ properties }: Json): readonly Json[] =>
  Object.entries(properties ?? {}).map(([name, { description, ...schema }]) => ({
    ...{ name, in: 'query', required: false, schema },
    ...(description === undefined ? {} : { description }),
  }))
