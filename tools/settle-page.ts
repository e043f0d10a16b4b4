import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Writes a generated file, or with `check` only says that it is not current. Answers whether all is well. */
export const settlePage = (path: string, text: string, check: boolean): boolean => {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return true
  if (check) console.log(`${path} is not current: run npm run docs and npm run requirements`)
  else writeFileSync(path, text)
  return !check
}
