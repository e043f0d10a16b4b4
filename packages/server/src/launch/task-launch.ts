import { z } from 'zod'
import { OAuthError } from '../errors/oauth-error.ts'

const smartCodes = 'http://hl7.org/fhir/smart-app-launch/CodeSystem/smart-codes'

const codeable = z.object({ coding: z.array(z.object({ system: z.string().optional(), code: z.string().optional() })) })

const reference = z.object({ reference: z.string() })

const taskShape = z.object({
  resourceType: z.literal('Task'),
  code: codeable,
  for: reference.optional(),
  encounter: reference.optional(),
  input: z.array(z.object({ type: codeable, valueUrl: z.string().optional(), valueString: z.string().optional() })),
})

/** What a SMART Task says of the launch it asks for, in the members of a launch message. */
export type TaskLaunch = {
  readonly kind: 'ehr' | 'standalone'
  readonly launch_uri: string
  readonly patient?: string
  readonly encounter?: string
  readonly appContext?: string
}

/** Task resource → launch. Throws `launch:invalid` when it is not a Task of the two SMART profiles. Spec: TL-01..TL-06 */
export const parseTaskLaunch = (resource: unknown): TaskLaunch => {
  const { success, data } = taskShape.safeParse(resource)
  if (!success) throw invalid('is not a Task with code and input')
  const kind = kindOf(data.code)
  const input = (code: string) => data.input.filter(({ type }) => hasCode(type, code))
  const [app, ...more] = input('smartonfhir-application')
  if (app?.valueUrl === undefined || more.length > 0)
    throw invalid('needs one input smartonfhir-application with valueUrl')
  const context = kind === 'ehr' ? input('smartonfhir-appcontext')[0]?.valueString : undefined
  const patient = idOf('Patient', data.for?.reference)
  const encounter = idOf('Encounter', data.encounter?.reference)
  return {
    kind,
    launch_uri: app.valueUrl,
    ...(patient === undefined ? {} : { patient }),
    ...(encounter === undefined ? {} : { encounter }),
    ...(context === undefined ? {} : { appContext: context }),
  }
}

const invalid = (fault: string): OAuthError => new OAuthError('launch:invalid', { description: `task: ${fault}.` })

const hasCode = ({ coding }: z.infer<typeof codeable>, code: string): boolean =>
  coding.some((one) => one.system === smartCodes && one.code === code)

const kindOf = (code: z.infer<typeof codeable>): TaskLaunch['kind'] => {
  if (hasCode(code, 'launch-app-ehr')) return 'ehr'
  if (hasCode(code, 'launch-app-standalone')) return 'standalone'
  throw invalid('has neither code launch-app-ehr nor launch-app-standalone')
}

/** The id of a relative reference; any other form names a record we cannot check, so it is refused. */
const idOf = (type: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const [named, id, ...rest] = text.split('/')
  if (named !== type || id === undefined || rest.length > 0) throw invalid(`must refer to ${type}/id of this server`)
  return id
}
