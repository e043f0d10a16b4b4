import { isResourceType } from '@gatehouse/scopes'
import { z } from 'zod'
import { OAuthError } from '../errors/oauth-error.ts'
import type { LaunchContext } from './launch-context.ts'
import { parseTaskLaunch } from './task-launch.ts'

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/, 'must be a bare FHIR id')
const shortText = z.string().min(1).max(4000)

const reference = z.string().refine((text) => {
  const [type = '', target = '', ...rest] = text.split('/')
  return rest.length === 0 && isResourceType(type) && id.safeParse(target).success
}, 'must be a relative reference like ImagingStudy/123')

/** `https://…/Questionnaire/phq9|1.0`: some path segment is a resource type. Spec: IN-17 */
const canonical = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:/.test(text) && text.split(/[/|]/).some(isResourceType),
    'must be an http URL of a canonical resource',
  )

/** `launch`, which SMART defines, or an absolute URI. Spec: CX-28, CX-29 */
const role = z.string().refine((text) => text === 'launch' || URL.canParse(text), 'must be "launch" or an absolute URI')

/** Spec: CX-22, CX-26, CX-32, IN-17 */
const contextItem = z
  .strictObject({
    reference: reference.optional(),
    canonical: canonical.optional(),
    identifier: z.record(z.string(), z.unknown()).optional(),
    type: z.string().refine(isResourceType, 'must be a FHIR resource type').optional(),
    role: role.optional(),
  })
  .refine(
    (item) => item.reference !== undefined || item.canonical !== undefined || item.identifier !== undefined,
    'needs reference, canonical or identifier',
  )
  .refine(
    (item) => item.type !== undefined || (item.canonical === undefined && item.identifier === undefined),
    'needs a type beside canonical or identifier',
  )
  .refine(
    (item) =>
      (item.role ?? 'launch') !== 'launch' ||
      !['Patient', 'Encounter'].includes(item.reference?.split('/')[0] ?? item.type ?? ''),
    'Patient and Encounter belong in patient and encounter, unless the item has a role of its own',
  )

/** A launch as an EHR sends it. */
export const launchMessage = z
  .object({
    client_id: z.string().min(1).max(255),
    /** Whose launch it is: our `sub`, or the user name. */
    subject: z.string().min(1).max(255).optional(),
    username: z.string().min(1).max(255).optional(),
    /** FHIR base; may be left out where there is one only. */
    audience: z.url().optional(),
    /** One of the app's registered launch URLs; may be left out where there is one only. */
    launch_uri: z.url().optional(),
    patient: id.optional(),
    encounter: id.optional(),
    fhirContext: z.array(contextItem).max(100).optional(),
    intent: shortText.optional(),
    tenant: shortText.optional(),
    need_patient_banner: z.boolean().optional(),
    style: z.string().optional(),
    appContext: z.string().max(16_000).optional(),
    /** Open the app by itself: it gets no handle and asks the user for context. */
    standalone: z.boolean().optional(),
  })
  .refine((launch) => (launch.subject === undefined) !== (launch.username === undefined), {
    error: 'send subject or username',
  })

/** What an EHR says of a launch, with the names it has on the wire. */
export type LaunchMessage = z.infer<typeof launchMessage>

const withTask = z.looseObject({ task: z.unknown() })

/** A message that brings a SMART Task takes patient, encounter, launch URL and appContext from it. Spec: TL-04, TL-05, TL-06 */
const unpackTask = (json: unknown): unknown => {
  const { success, data } = withTask.safeParse(json)
  if (!success || data.task === undefined) return json
  const { task, ...message } = data
  const { kind, ...members } = parseTaskLaunch(task)
  return { ...message, ...members, standalone: kind === 'standalone' }
}

/** JSON → launch message. Throws `launch:invalid`, naming the first fault. Spec: CX-14, CX-15, CX-21, CX-22, CX-28, CX-29, CX-32, IN-17 */
export const parseLaunch = (json: unknown): LaunchMessage => {
  const parsed = launchMessage.safeParse(unpackTask(json))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') || 'the launch'
  throw new OAuthError('launch:invalid', { description: `${where}: ${issue?.message ?? 'is not valid'}.` })
}

/** The message without whom it is for: what the app will be told. The banner is needed unless the EHR says it shows one. */
export const contextOfMessage = (message: LaunchMessage): LaunchContext => {
  const { patient, encounter, fhirContext, intent, tenant, style, appContext } = message
  const members = { patient, encounter, fhirContext, intent, tenant, style, appContext }
  const present = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
  return { needPatientBanner: message.need_patient_banner ?? true, ...present }
}
