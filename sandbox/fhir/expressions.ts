/**
 * The hospital's FHIR server: somebody else's engine (Medplum's router and memory repository) behind an HTTP edge. Owns
 * what the engine lacks for standing behind a gateway: fast search expressions, strict search, links, versions at the
 * edge, a CapabilityStatement, a journal. Does not own: who may see what; it trusts its one caller, the gateway.
 */

/** A search expression for one resource type, and the only type its references may name when it says so. */
export type TypeExpression = { readonly expression: string; readonly target?: string }

const REFERENCE_TEST = /\.where\(resolve\(\) is (\w+)\)/

/** Splits a FHIRPath union at the `|` outside parentheses and quotes. */
export function splitUnion(expression: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let index = 0; index < expression.length; index++) {
    const character = expression[index]
    if (character === "'") quoted = !quoted
    else if (quoted) continue
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '|' && depth === 0) {
      parts.push(expression.slice(start, index).trim())
      start = index + 1
    }
  }
  return [...parts, expression.slice(start).trim()]
}

/**
 * What a search parameter's expression means for one type: the alternatives of the other types are dropped, and a test of
 * what a reference resolves to becomes the target type. The published expression of `patient` names 33 types and resolves
 * references; evaluating it whole costs seconds per search. Undefined when the expression says nothing about the type.
 */
export function expressionFor(type: string, expression: string): TypeExpression | undefined {
  const own = splitUnion(expression).filter((part) => new RegExp(`^\\(*${type}(\\.|\\b)`).test(part))
  if (own.length === 0) return undefined
  const targets = new Set(own.map((part) => REFERENCE_TEST.exec(part)?.[1]))
  const [target] = targets
  const plain = own.map((part) => part.replace(REFERENCE_TEST, '')).join(' | ')
  return targets.size === 1 && target !== undefined ? { expression: plain, target } : { expression: plain }
}
