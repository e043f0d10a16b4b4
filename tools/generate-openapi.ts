/**
 * Writes `docs/openapi.json`, the admin API as its map describes it. Run it after a change of an operation; its test fails
 * while the two differ.
 */
import { writeFileSync } from 'node:fs'
import { openApiDocument } from '../packages/server/src/admin/openapi.ts'

/** The text of the file. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), undefined, 2)}\n`

if (import.meta.main) writeFileSync(new URL('../docs/openapi.json', import.meta.url), openApiText())
