import { openApiDocument } from '../packages/server/src/admin/openapi.ts'

/** The admin API as its map describes it: the text of `docs/openapi.json`. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), undefined, 2)}\n`
