import type { Import, SourceFile } from './source-tree.ts'

/** Groups of files that import each other in a circle, each told once; type-only imports count. */
export const findCycles = (files: readonly SourceFile[]): readonly string[] => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (done.has(path)) return
    done.add(path)
    for (const next of pathsOf(byPath.get(path)?.imports)) visit(next, [...trail, path])
  }
  for (const { path } of files) visit(path, [])
  return cycles
}

/** Everything that runs when `from` is loaded, by way of imports that are not erased; `from` itself is left out. */
export const reachableFrom = (from: string, files: readonly SourceFile[]): ReadonlySet<string> => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const reached = new Set<string>()
  const visit = (path: string): void => {
    for (const next of pathsOf(byPath.get(path)?.imports.filter(({ typeOnly }) => !typeOnly)))
      if (!reached.has(next)) {
        reached.add(next)
        visit(next)
      }
  }
  visit(from)
  return reached
}

const pathsOf = (imports: readonly Import[] = []): readonly string[] =>
  imports.flatMap(({ path }) => (path === undefined ? [] : [path]))
