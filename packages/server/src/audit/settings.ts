import { z } from 'zod'

/** Where the record for auditors is written. */
export const auditSettings = z
  .strictObject({
    /** One JSON line per event is appended here. Only its owner may read it; rotate it by renaming and restarting. */
    file: z.string().min(1).default('gatehouse-audit.jsonl'),
  })
  .prefault({})
