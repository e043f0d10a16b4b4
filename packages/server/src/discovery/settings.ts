import { z } from 'zod'

const httpsUrl = z.url({ protocol: /^https$/ })

/** A logo: an SVG, or a square PNG of 1024 pixels with transparency. Spec: UB-27 */
const logo = z.strictObject({
  url: z
    .string()
    .regex(/^(https:\/\/|data:image\/(svg\+xml|png)[;,])/, 'must be an https or data URL of an SVG or PNG'),
  licence: httpsUrl.optional(),
})

const categories = [
  'prov',
  'ins',
  'laboratory',
  'imaging',
  'pharmacy',
  'health-information-network',
  'health-data-aggregator',
] as const

const brand = z.strictObject({
  /** Ours, for `partOf`; also the id of the Organization. */
  id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  /** What patients call it. */
  name: z.string().min(1).max(200),
  aliases: z.array(z.string().min(1)).default([]),
  /** Public website; its host is the brand's identifier unless others are given. Spec: UB-01, UB-23 */
  website: httpsUrl,
  /** NPI, CLIA, CCN or own identifiers. Spec: UB-09, ONC-10 */
  identifiers: z.array(z.strictObject({ system: z.string().min(1), value: z.string().min(1) })).default([]),
  categories: z.array(z.enum(categories)).default([]),
  address: z
    .strictObject({
      line: z.array(z.string()).optional(),
      city: z.string().optional(),
      state: z.string().optional(),
      postalCode: z.string().optional(),
      country: z.string().optional(),
    })
    .optional(),
  /** The brand through which access is had, at most two steps up. Spec: UB-25 */
  partOf: z.string().optional(),
  logo: logo.optional(),
  portal: z
    .strictObject({
      name: z.string().min(1),
      description: z.string().optional(),
      url: httpsUrl,
      logo: logo.optional(),
    })
    .optional(),
  /** FHIR bases patients of this brand use; all of ours when absent. */
  bases: z.array(z.string()).optional(),
})

/** How patients find us in a list of hospitals: user-access brands. Absent: none are published. */
export const brandsSettings = z
  .strictObject({
    /** When this section last changed, like `2026-11-02T09:00:00Z`: apps compare it. Spec: UB-04 */
    changedAt: z.iso.datetime(),
    /** Where developers read how to get access. Spec: UB-31 */
    developerSite: httpsUrl,
    /** The first one that serves a base is its primary brand. Spec: UB-02, UB-12 */
    list: z.array(brand).min(1),
  })
  .optional()

/** The brands section of a configuration. */
export type Brands = NonNullable<z.infer<typeof brandsSettings>>

/** One brand of it. */
export type Brand = Brands['list'][number]
