/**
 * The repository as its rules see it: every TypeScript file parsed once, with what it imports, exports and says in comments.
 * `tools/` owns what keeps the house in order (checks, generated documents, the test command); nothing in the product imports it.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { type Comment, type Program, parseSync, type StaticExport, type StaticImport } from 'oxc-parser'

/** One import, export-from or dynamic import. */
export type Import = {
  /** As written: `./answer.ts`, `fastify`, `node:crypto`. */
  readonly specifier: string
  /** Repository path when the import is relative. */
  readonly path: string | undefined
  /** Names taken; `*` for a namespace, a re-export of all, or a dynamic import. */
  readonly names: readonly string[]
  /** Erased when the code runs. */
  readonly typeOnly: boolean
  readonly line: number
}

/** A name another file can import; `from` when it only passes on what another file declares. */
export type Export = {
  readonly name: string
  readonly from: string | undefined
  readonly start: number
  readonly line: number
}

/** A parsed file. */
export type SourceFile = {
  /** Relative to the repository, with `/`. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  readonly comments: readonly Comment[]
  readonly program: Program
}

const root = join(import.meta.dirname, '..')
const sources = '{packages,sandbox,conformance,bench,tools,examples}/**/*.ts'
const skipped = new Set(['node_modules', 'dist', '.stryker-tmp'])

let parsed: readonly SourceFile[] | undefined

/** Every `.ts` file of the repository, sorted by path; parsed once per process. */
export const sourceFiles = (): readonly SourceFile[] => {
  parsed ??= parseAll()
  return parsed
}

const parseAll = (): readonly SourceFile[] =>
  globSync(sources, { cwd: root, exclude: (name) => skipped.has(name) })
    .toSorted()
    .map(parseFile)

/** Test files and the folders of tests: they may touch the world. */
export const isTest = (path: string): boolean =>
  path.endsWith('.test.ts') || path.endsWith('.test-d.ts') || /^packages\/[^/]+\/test\//.test(path)

/** Tables and texts: exempt from the budgets of code. */
export const isTable = (path: string): boolean => path.endsWith('.data.ts') || path.includes('/locales/')

/** Names declared at the top level of a file, exported or not. */
export const declaredNames = ({ program }: SourceFile): readonly string[] => program.body.flatMap(namesDeclaredBy)

/** Names a top-level statement declares; none for an import or an expression. */
export const namesDeclaredBy = (statement: Program['body'][number]): readonly string[] => {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  if (declaration?.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  return declaration && 'id' in declaration && declaration.id && 'name' in declaration.id ? [declaration.id.name] : []
}

/** The doc comment that ends directly before an offset, without its delimiters. */
export const docCommentBefore = ({ text, comments }: SourceFile, start: number): string | undefined =>
  comments.find(
    ({ type, value, end }) =>
      type === 'Block' && value.startsWith('*') && end <= start && text.slice(end, start).trim() === '',
  )?.value

/** 1-based line of an offset. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

const parseFile = (path: string): SourceFile => {
  const text = readFileSync(join(root, path), 'utf8')
  const { program, module, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const at = (offset: number): number => lineAt(text, offset)
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    imports: [
      ...module.staticImports.map((statement) => parseImport(path, statement, at)),
      ...module.staticExports.flatMap((statement) => parseReExport(path, statement, at)),
      ...module.dynamicImports.map(({ start, moduleRequest }) => ({
        ...resolve(path, text.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
        names: ['*'],
        typeOnly: false,
        line: at(start),
      })),
    ],
    exports: module.staticExports.flatMap(({ start, entries }) =>
      entries.map(({ exportName, moduleRequest }) => ({
        name: exportName.name ?? '*',
        from: moduleRequest?.value,
        start,
        line: at(start),
      })),
    ),
    comments,
    program,
  }
}

type LineAt = (offset: number) => number

const parseImport = (path: string, statement: StaticImport, at: LineAt): Import => ({
  ...resolve(path, statement.moduleRequest.value),
  names: statement.entries.map(
    ({ importName }) => importName.name ?? (importName.kind === 'Default' ? 'default' : '*'),
  ),
  typeOnly: statement.entries.length > 0 && statement.entries.every(({ isType }) => isType),
  line: at(statement.start),
})

const parseReExport = (path: string, statement: StaticExport, at: LineAt): readonly Import[] =>
  statement.entries.flatMap(({ moduleRequest, importName, isType }) =>
    moduleRequest
      ? [
          {
            ...resolve(path, moduleRequest.value),
            names: [importName.name ?? '*'],
            typeOnly: isType,
            line: at(statement.start),
          },
        ]
      : [],
  )

const resolve = (from: string, specifier: string): Pick<Import, 'specifier' | 'path'> => ({
  specifier,
  path: specifier.startsWith('.') ? relative('.', normalize(join(dirname(from), specifier))) : undefined,
})
