import type { Catalogue } from './catalogue.ts'
import { ar } from './locales/ar.ts'
import { de } from './locales/de.ts'
import { en } from './locales/en.ts'
import { es } from './locales/es.ts'
import { fr } from './locales/fr.ts'
import { vi } from './locales/vi.ts'
import { zhHans } from './locales/zh-hans.ts'

/** Every language there is a complete catalogue for, by tag; the first is the source of the others. */
export const locales = { en, es, 'zh-Hans': zhHans, vi, ar, fr, de } as const satisfies Readonly<
  Record<string, Catalogue>
>

/** Tag of a shipped language. */
export type LocaleTag = keyof typeof locales
