import { type Node, visitorKeys } from 'oxc-parser'

/** Calls `enter` for the node and everything below it, outermost first, with the way down to it. */
export const walk = (
  node: Node,
  enter: (node: Node, ancestors: readonly Node[]) => void,
  ancestors: readonly Node[] = [],
): void => {
  enter(node, ancestors)
  const below = [...ancestors, node]
  for (const child of childrenOf(node)) walk(child, enter, below)
}

/** The nodes directly below a node, in the order of the text. */
export const childrenOf = (node: Node): readonly Node[] =>
  (visitorKeys[node.type] ?? []).flatMap((key) => {
    const child: unknown = (node as unknown as Readonly<Record<string, unknown>>)[key]
    return (Array.isArray(child) ? child : [child]).filter(isNode)
  })

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
