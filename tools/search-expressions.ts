/**
 * Search parameter expressions → the plain paths of `packages/gateway/src/fhir/path.ts`.
 *
 * The definitions write FHIRPath; 25 textual shapes over about 1,700 alternatives. They fold into seven forms (gateway.md §7);
 * anything else throws, so a new shape fails the build instead of becoming a hole in the boundary.
 */
import type { ElementDefinition } from './definitions.ts'

/** The shape of every element, by path. */
export type Elements = ReadonlyMap<string, ElementDefinition>

/** One way through a resource: the JSON steps so far, and the type of what stands there. */
type Branch = { readonly steps: readonly string[]; readonly at: string; readonly referenceTo?: string }

/** The alternatives of an expression that apply to one resource type. */
export const alternativesFor = (expression: string, type: string): readonly string[] =>
  expression
    .split('|')
    .map((text) => text.trim().replace(/^\((.*)\)$/, '$1'))
    .map((text) => text.replace(/^\(([^()]*\.ofType\(\w+\))\)/, '$1'))
    .map((text) => (/^[a-z]/.test(text) ? `${type}.${text}` : text))
    .filter((text) => text === type || text.startsWith(`${type}.`))

/** One alternative → plain path texts (several when a choice element has several types). Throws on an unknown shape. */
export const pathsOf = (alternative: string, elements: Elements): readonly string[] => {
  const presence = /^(\w+)\.(\w+)\.exists\(\) and \1\.\2 != false$/.exec(alternative)
  if (presence) return [presenceOf(presence[1] ?? '', presence[2] ?? '', elements)]
  const steps = alternative.match(/\w+\([^()]*(?:\(\)[^()]*)?\)|\w+|\[\d+\]/g) ?? []
  const [type, ...rest] = steps
  if (
    type === undefined ||
    `${type}${rest.map((step) => (step.startsWith('[') ? step : `.${step}`)).join('')}` !== alternative
  )
    throw new Error(`unknown expression shape: ${alternative}`)
  const start: readonly Branch[] = [{ steps: [], at: type }]
  const branches = rest.reduce((from, step) => from.flatMap((branch) => advance(branch, step, elements)), start)
  if (branches.length === 0) throw new Error(`no such element: ${alternative}`)
  return branches.map(format)
}

const format = ({ steps, at, referenceTo }: Branch): string =>
  `${steps.join('.')}:${at}${referenceTo === undefined ? '' : `->${referenceTo}`}`

const presenceOf = (type: string, name: string, elements: Elements): string =>
  `${choices(type, name, elements)
    .map(({ steps }) => steps.join('.'))
    .join(',')}:presence`

const advance = (branch: Branch, step: string, elements: Elements): readonly Branch[] => {
  const call = /^(\w+)\((.*)\)$/.exec(step)
  if (step.startsWith('[')) return [withLast(branch, (last) => `${last}${step}`)]
  if (call === null) return child(branch, step, elements)
  const [, name, argument = ''] = call
  const resolved = /^resolve\(\) is (\w+)$/.exec(argument)
  const equality = /^(\w+)\s*=\s*'([^']*)'$/.exec(argument)
  if (name === 'ofType') return branch.at === argument ? [branch] : []
  if (name === 'where' && resolved?.[1] !== undefined) return [{ ...branch, referenceTo: resolved[1] }]
  if (name === 'where' && equality) return [withLast(branch, (last) => `${last}[${equality[1]}=${equality[2]}]`)]
  throw new Error(`unknown step: ${step}`)
}

const withLast = (branch: Branch, change: (last: string) => string): Branch => ({
  ...branch,
  steps: [...branch.steps.slice(0, -1), change(branch.steps.at(-1) ?? '')],
})

const child = (branch: Branch, name: string, elements: Elements): readonly Branch[] => {
  const element = elements.get(`${branch.at}.${name}`)
  if (element !== undefined) return [{ steps: [...branch.steps, name], at: shapeOf(element) }]
  const stem = name.replace(/[A-Z]\w*$/, '')
  const spelledOut = choices(branch.at, stem, elements).filter(({ steps }) => steps[0] === name)
  return [...choices(branch.at, name, elements), ...spelledOut].map((choice) => ({
    ...choice,
    steps: [...branch.steps, ...choice.steps],
  }))
}

const choices = (at: string, name: string, elements: Elements): readonly Branch[] =>
  (elements.get(`${at}.${name}[x]`)?.type ?? []).map(({ code }) => ({
    steps: [`${name}${code.charAt(0).toUpperCase()}${code.slice(1)}`],
    at: code,
  }))

const shapeOf = (element: ElementDefinition): string => {
  if (element.contentReference !== undefined) return element.contentReference.slice(1)
  const code = element.type?.[0]?.code ?? ''
  if (code === 'BackboneElement' || code === 'Element') return element.path
  return code.startsWith('http://hl7.org/fhirpath/') ? 'string' : code
}
