import { typesByGroup, typesMayReveal } from './resource-types.data.ts'

/** Patient-facing group of resource types; `system` holds what is about computers, not about a person. */
export type ResourceGroup = keyof typeof typesByGroup

/** Name of a FHIR R4 resource type. */
export type ResourceType = (typeof typesByGroup)[ResourceGroup][number]

/** What the content of a type may reveal: mental health, substance use, HIV, reproductive or genetic facts. */
export type SensitivityTag = 'mh' | 'sud' | 'hiv' | 'repro' | 'genetic'

/** All types, in the order of groups and pages. */
export const resourceTypes: readonly ResourceType[] = Object.values(typesByGroup).flat()

const names: ReadonlySet<string> = new Set(resourceTypes)

/** Whether a name is a FHIR R4 resource type; exact, case-sensitive, and never fooled by `__proto__` and the like. */
export const isResourceType = (name: string): name is ResourceType => names.has(name)

const isGroup = (name: string): name is ResourceGroup => Object.hasOwn(typesByGroup, name)

/** All groups, in the order of pages. */
export const resourceGroups = (): readonly ResourceGroup[] => Object.keys(typesByGroup).filter(isGroup)

/** The types of a group. */
export const typesOf = (group: ResourceGroup): readonly ResourceType[] => typesByGroup[group]

/** The group of a type. */
export const groupOf = (type: ResourceType): ResourceGroup =>
  resourceGroups().find((group) => typesOf(group).includes(type)) ?? 'system'

/** What a type may reveal beside what its name says. */
export const mayRevealOf = (type: ResourceType): readonly SensitivityTag[] => {
  const tags: Readonly<Partial<Record<ResourceType, readonly SensitivityTag[]>>> = typesMayReveal
  return tags[type] ?? []
}
