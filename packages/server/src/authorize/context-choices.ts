import type { DirectoryEncounter, DirectoryPatient, DirectoryResource } from '../directory/directory.ts'
import type { Env } from '../env.ts'
import type { FhirContextItem } from '../launch/launch-context.ts'
import type { Chosen, Interaction } from './interaction.ts'
import type { ContextNeed, Situation } from './next-step.ts'

/** What the user may choose from. `impossible`: the user may act for nobody. Spec: CX-12, CON-15, IX-16 */
export type ContextChoices =
  | { readonly kind: 'impossible' }
  | { readonly kind: 'patients'; readonly patients: readonly DirectoryPatient[]; readonly searchable: boolean }
  | { readonly kind: 'encounters'; readonly encounters: readonly DirectoryEncounter[] }
  | { readonly kind: 'resources'; readonly type: string; readonly resources: readonly DirectoryResource[] }

/** Asks the directory. Staff search the whole record, so finding nobody is no refusal; others have a list, and an empty one is. */
export const contextChoices = async (
  situation: Situation,
  asked: { readonly need: ContextNeed; readonly search?: string },
  env: Env,
): Promise<ContextChoices> => {
  const { user, interaction } = situation
  const [audience] = interaction.request.audience
  if (user === undefined || audience === undefined) return { kind: 'impossible' }
  switch (asked.need.kind) {
    case 'patient': {
      const patients = await env.directory.patients(user, audience, asked.search)
      const searchable = user.role === 'practitioner'
      return patients.length === 0 && !searchable ? { kind: 'impossible' } : { kind: 'patients', patients, searchable }
    }
    case 'encounter':
      return { kind: 'encounters', encounters: await env.directory.encounters(user, audience, asked.need.patient) }
    case 'resource': {
      const { type, patient } = asked.need
      return { kind: 'resources', type, resources: await env.directory.resources(user, audience, { type, patient }) }
    }
  }
}

/** The choice that needs no page: one's only record, the only visit, or `null` where there is nothing to choose. */
export const onlyChoice = (choices: ContextChoices): string | null | undefined => {
  switch (choices.kind) {
    case 'impossible':
      return undefined
    case 'patients':
      return choices.searchable || choices.patients.length > 1 ? undefined : choices.patients[0]?.id
    case 'encounters':
      return choices.encounters.length > 1 ? undefined : (choices.encounters[0]?.id ?? null)
    case 'resources':
      return choices.resources.length > 1 ? undefined : (choices.resources[0]?.reference ?? null)
  }
}

/**
 * Whether the user may choose this. The form is not believed: the directory is asked again, so an id that was never on the
 * page is refused like one of a stranger. Spec: CON-10, THR-14, THR-22
 */
export const isPermittedChoice = async (
  situation: Situation,
  choice: { readonly need: ContextNeed; readonly id: string | null },
  env: Env,
): Promise<boolean> => {
  const { user, interaction } = situation
  const [audience] = interaction.request.audience
  const { need, id } = choice
  if (id === null) return need.kind !== 'patient'
  if (user === undefined || audience === undefined) return false
  if (need.kind === 'patient') return (await env.directory.relation(user, audience, id)) !== undefined
  const choices = await contextChoices(situation, { need }, env)
  if (choices.kind === 'resources') return choices.resources.some(({ reference }) => reference === id)
  return choices.kind === 'encounters' && choices.encounters.some((encounter) => encounter.id === id)
}

/** Roles are absolute URIs but for `launch`, which is the same as none. Spec: CX-27, CX-29, CX-30, CX-31 */
const itemOf = ({ role }: Extract<ContextNeed, { kind: 'resource' }>, reference: string): FhirContextItem =>
  role !== undefined && URL.canParse(role) ? { reference, role } : { reference }

/** The interaction with the choice in it. A patient is chosen anew only with everything that hangs on them. */
export const withChoice = (interaction: Interaction, need: ContextNeed, id: string | null): Interaction => {
  const chosen = interaction.chosen ?? {}
  const next: Chosen = ((): Chosen => {
    switch (need.kind) {
      case 'patient':
        return id === null ? {} : { patient: id }
      case 'encounter':
        return { ...chosen, encounter: id }
      case 'resource':
        return { ...chosen, resources: { ...chosen.resources, [need.type]: id === null ? null : itemOf(need, id) } }
    }
  })()
  return { ...interaction, chosen: next }
}
