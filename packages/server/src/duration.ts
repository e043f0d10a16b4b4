import { z } from 'zod'

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A setting like `"5m"`, `"30s"`, `"93d"` → seconds, within limits given in the same form. */
export const duration = (defaultValue: string, limits: { readonly least: string; readonly most: string }) =>
  z
    .string()
    .regex(/^\d{1,6}[smhd]$/, 'must be a number and a unit, like "5m" (s, m, h or d)')
    .transform(parseDuration)
    .refine(
      (value) => value >= parseDuration(limits.least) && value <= parseDuration(limits.most),
      `must be from ${limits.least} to ${limits.most}`,
    )
    .prefault(defaultValue)

const parseDuration = (text: string): number => Number(text.slice(0, -1)) * (seconds[text.slice(-1)] ?? Number.NaN)
