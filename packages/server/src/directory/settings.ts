import { z } from 'zod'

/** Where the directory reads: the FHIR server behind each public base, by an address patients and apps never see. */
export const directorySettings = z
  .strictObject({
    sources: z
      .array(
        z.strictObject({
          /** The public base of `resourceServers` that this source answers for. */
          base: z.url(),
          /** The FHIR base to ask. */
          url: z.url().refine((url) => !/[?#]|\/$/.test(url), 'must have no trailing slash, query or fragment'),
          /** Sent as `Authorization`, for instance `Bearer …`. */
          authorization: z.string().optional(),
        }),
      )
      .default([]),
  })
  .prefault({})
