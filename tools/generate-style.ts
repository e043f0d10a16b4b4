/**
 * Writes `packages/server/src/ui/style.data.ts` from `style.css`: the server reads no files, so its one stylesheet travels
 * as a module. Run it after a change of the stylesheet; its test fails while the two differ.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../packages/server/src/ui/', import.meta.url)

/** The stylesheet without comments and indentation, as the text of a module. */
export const styleModule = (): string => {
  const css = readFileSync(new URL('style.css', folder), 'utf8')
  const small = css
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1')
    .trim()
  return `/** Generated from style.css by tools/generate-style.ts. */\nexport const style = ${JSON.stringify(small)}\n`
}

if (import.meta.main) writeFileSync(new URL('style.data.ts', folder), styleModule())
