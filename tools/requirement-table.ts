import type { Node } from 'oxc-parser'
import { declined } from './declined.data.ts'
import { idsIn, type Requirement } from './requirement-ids.ts'
import { isTest, namesDeclaredBy, type SourceFile } from './source-tree.ts'
import { walk } from './syntax.ts'

/** One requirement, where it is fulfilled and what would fail without it. */
export type Row = Requirement & {
  readonly status: 'tested' | 'declined' | 'missing'
  /** `path#symbol` of what carries the `Spec:` line. */
  readonly code: readonly string[]
  /** `path: title` of the tests that name the id. */
  readonly tests: readonly string[]
  /** Why it is not done, when it is declined. */
  readonly reason?: string
}

/** Where an id is named: requirement id → places, in the order of files. */
export type Mentions = ReadonlyMap<string, readonly string[]>

/** Joins the numbered requirements with what the code and the tests say about them. */
export const tableOf = (requirements: readonly Requirement[], code: Mentions, tests: Mentions): readonly Row[] =>
  requirements.map((requirement) => {
    const { id } = requirement
    const row = { ...requirement, code: code.get(id) ?? [], tests: tests.get(id) ?? [] }
    if (row.tests.length > 0) return { ...row, status: 'tested' }
    const reason = declined[id]
    return reason === undefined ? { ...row, status: 'missing' } : { ...row, status: 'declined', reason }
  })

/** `Spec:` lines of product code, by id. */
export const mentionsInCode = (files: readonly SourceFile[]): Mentions =>
  gather(
    files
      .filter(({ path }) => !isTest(path) && !path.startsWith('tools/'))
      .flatMap((file) =>
        file.comments.flatMap(({ value, end }) =>
          [...value.matchAll(/\bSpec:([^\n]*)/g)].flatMap(([, list = '']) =>
            idsIn(list).map((id) => [id, `${file.path}${symbolAfter(file, end)}`] as const),
          ),
        ),
      ),
  )

/** Titles (and rows of `test.each`) that name an id, by id. */
export const mentionsInTests = (files: readonly SourceFile[]): Mentions =>
  gather(
    files
      .filter(({ path }) => isTest(path) || path.startsWith('conformance/'))
      .filter(({ path }) => !path.startsWith('tools/'))
      .flatMap((file) =>
        textsIn(file.program).flatMap((text) => idsIn(text).map((id) => [id, `${file.path}: ${text}`] as const)),
      ),
  )

const gather = (pairs: readonly (readonly [id: string, place: string])[]): Mentions => {
  const places = new Map<string, string[]>()
  for (const [id, place] of pairs) {
    const known = places.get(id) ?? []
    if (!known.includes(place)) places.set(id, [...known, place])
  }
  return places
}

/** `#name` of the top-level declaration that a comment stands in or before; empty at the head of a file. */
const symbolAfter = ({ program }: SourceFile, offset: number): string => {
  const statement = program.body.find(({ end }) => end > offset)
  const [name] = statement ? namesDeclaredBy(statement) : []
  return name === undefined ? '' : `#${name}`
}

const textsIn = (program: Node): readonly string[] => {
  const texts: string[] = []
  walk(program, (node) => {
    if (node.type === 'Literal' && typeof node.value === 'string') texts.push(node.value)
    if (node.type === 'TemplateLiteral') texts.push(node.quasis.map(({ value }) => value.cooked ?? '').join('…'))
  })
  return texts
}
