import { resourceTypeFacts } from './resource-types.data.ts'

/** Name of a FHIR R4 resource type. */
export type ResourceType = keyof typeof resourceTypeFacts

/** Patient-facing group of resource types; `system` holds what is about computers, not about a person. */
export type ResourceGroup = (typeof resourceTypeFacts)[ResourceType]['group']

/** What the content of a type may reveal: mental health, substance use, HIV, reproductive or genetic facts. */
export type SensitivityTag = 'mh' | 'sud' | 'hiv' | 'repro' | 'genetic'

/** Facts about one resource type that no language changes. */
export type ResourceTypeFacts = { readonly group: ResourceGroup; readonly mayReveal?: readonly SensitivityTag[] }

const facts: ReadonlyMap<string, ResourceTypeFacts> = new Map(Object.entries(resourceTypeFacts))

/** The facts about a type. */
export const factsOf = (type: ResourceType): ResourceTypeFacts => resourceTypeFacts[type]

/** Whether a name is a FHIR R4 resource type; exact, case-sensitive, and never fooled by `__proto__` and the like. */
export const isResourceType = (name: string): name is ResourceType => facts.has(name)

/** All types, in the order of groups and pages. */
export const resourceTypes: readonly ResourceType[] = [...facts.keys()].filter(isResourceType)
