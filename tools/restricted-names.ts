import type { Node } from 'oxc-parser'
import { lineAt, type SourceFile } from './source-tree.ts'
import { childrenOf, walk } from './syntax.ts'

/** A place where a file reads the clock, draws randomness or touches the world by a global name. */
type Use = { readonly name: string; readonly line: number }

/** Globals that are effects. A file that binds such a name itself (a parameter `fetch`) does not mean the global. */
const globals = new Set([
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'console',
  'globalThis',
  'window',
  'document',
  'location',
  'localStorage',
  'sessionStorage',
  'performance',
])

/** `object.property` pairs that are effects. */
const members = new Set([
  'Date.now',
  'Math.random',
  'crypto.randomUUID',
  'crypto.getRandomValues',
  'crypto.randomBytes',
])

/** Names that must not be imported from `node:crypto`: randomness comes in through `env.random`. */
const randomImports = new Set([
  'randomBytes',
  'randomUUID',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
])

/** Restricted names a file uses, in order of appearance. */
export const findRestrictedNames = (file: SourceFile): readonly Use[] => {
  const uses: Use[] = file.imports
    .filter(({ specifier }) => specifier === 'node:crypto' || specifier === 'crypto')
    .flatMap(({ names, line }) => names.filter((name) => randomImports.has(name)).map((name) => ({ name, line })))
  const bound = boundNames(file.program)
  walk(file.program, (node, ancestors) => {
    const name = restrictedName(node, ancestors.at(-1), bound)
    if (name !== undefined && !ancestors.some(isType)) uses.push({ name, line: lineAt(file.text, node.start) })
  })
  return uses
}

const restrictedName = (node: Node, parent: Node | undefined, bound: ReadonlySet<string>): string | undefined => {
  if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.property.type === 'Identifier') {
    const name = `${node.object.name}.${node.property.name}`
    return members.has(name) ? name : undefined
  }
  if (node.type === 'NewExpression')
    return node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0
      ? 'new Date()'
      : undefined
  if (node.type !== 'Identifier' || !globals.has(node.name) || bound.has(node.name)) return undefined
  return isNameOnly(node, parent) ? undefined : node.name
}

/** Whether the identifier only names a member (`env.fetch`, `{ fetch: … }`), without meaning the global. */
const isNameOnly = (node: Node, parent: Node | undefined): boolean => {
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed
  if (parent?.type === 'Property') return parent.key === node && !parent.computed
  return parent?.type === 'PropertyDefinition' || parent?.type === 'MethodDefinition'
}

const expressionWrappers = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])

const isType = (node: Node): boolean => node.type.startsWith('TS') && !expressionWrappers.has(node.type)

/** Every name the file declares as a variable, parameter, function or import. */
const boundNames = (program: Node): ReadonlySet<string> => {
  const names = new Set<string>()
  walk(program, (node) => {
    for (const pattern of bindingsOf(node)) for (const name of namesIn(pattern)) names.add(name)
  })
  return names
}

const bindingsOf = (node: Node): readonly Node[] => {
  switch (node.type) {
    case 'VariableDeclarator':
      return [node.id]
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return [...(node.id ? [node.id] : []), ...node.params]
    case 'ArrowFunctionExpression':
      return node.params
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return [node.local]
    default:
      return []
  }
}

const namesIn = (pattern: Node): readonly string[] => {
  if (pattern.type === 'Identifier') return [pattern.name]
  if (pattern.type === 'Property') return namesIn(pattern.value)
  if (pattern.type === 'AssignmentPattern') return namesIn(pattern.left)
  return childrenOf(pattern).flatMap(namesIn)
}
