import type { ArrowFunctionExpression, Function as FunctionNode, Node } from 'oxc-parser'
import { lineAt, type SourceFile } from './source-tree.ts'
import { childrenOf, walk } from './syntax.ts'

/** Size of one function; nested functions are measured on their own and also count as lines of the outer one. */
export type Measure = {
  /** `path:line name`. */
  readonly place: string
  readonly lines: number
  readonly parameters: number
  /** Deepest control structure inside control structures; `else if` stays on the level of its `if`. */
  readonly nesting: number
}

/** All functions of a file that have a body. */
export const measureFunctions = (file: SourceFile): readonly Measure[] => {
  const measures: Measure[] = []
  walk(file.program, (node, ancestors) => {
    if (!isFunction(node) || !node.body) return
    const line = lineAt(file.text, node.start)
    measures.push({
      place: `${file.path}:${line} ${nameOf(node, ancestors.at(-1))}`,
      lines: lineAt(file.text, node.end) - line + 1,
      parameters: node.params.length,
      nesting: nestingOf(node.body),
    })
  })
  return measures
}

const isFunction = (node: Node): node is FunctionNode | ArrowFunctionExpression =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression'

const nameOf = (node: FunctionNode | ArrowFunctionExpression, parent: Node | undefined): string => {
  if ('id' in node && node.id) return node.id.name
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent?.type === 'Property' && parent.key.type === 'Identifier') return parent.key.name
  return '(anonymous)'
}

const controls = new Set([
  'IfStatement',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'TryStatement',
])

const nestingOf = (node: Node): number => {
  if (isFunction(node)) return 0
  if (node.type === 'IfStatement' && node.alternate?.type === 'IfStatement')
    return Math.max(1 + nestingOf(node.consequent), nestingOf(node.alternate))
  const below = Math.max(0, ...childrenOf(node).map(nestingOf))
  return controls.has(node.type) ? below + 1 : below
}
