import { z } from 'zod'

/** Where state is kept: `sqlite:<path>` for one machine, `sqlite::memory:` for a trial, `postgres://…` for several nodes. */
export const storeSettings = z
  .string()
  .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must be sqlite:<path> or postgres://user@host/database')
  .default('sqlite:gatehouse.db')
