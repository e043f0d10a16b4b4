import type { Catalogue } from './catalogue.ts'
import { en } from './locales/en.ts'

/** Every language there is a complete catalogue for, by tag; the first is the source of the others. */
export const locales = { en } as const satisfies Readonly<Record<string, Catalogue>>

/** Tag of a shipped language. */
export type LocaleTag = keyof typeof locales
