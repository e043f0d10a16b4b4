import type { SearchParameter } from '@medplum/fhirtypes'

/** One parameter of a query, decoded; the name carries its modifier. */
export type Pair = readonly [name: string, value: string]

/** What is known when a search is read: the parameters by type, the server's own base, and how strict the caller is. */
export type SearchRules = {
  readonly parameters: (type: string) => readonly SearchParameter[]
  readonly fhirBase: string
  /** `Prefer: handling=strict`: an unknown parameter is refused instead of left out. */
  readonly strict: boolean
}

/** A search as the engine gets it (`engine`) and as the answer's `self` link repeats it (`applied`), with its page. */
export type ReadSearch =
  | {
      readonly kind: 'search'
      readonly engine: readonly Pair[]
      readonly applied: readonly Pair[]
      readonly page: Page
    }
  | { readonly kind: 'refused'; readonly why: string }

/** Which part of the matches is answered. */
export type Page = { readonly count: number; readonly offset: number }

const DEFAULT_COUNT = 50
const MOST = 1000
/** Parameters about the answer, which the engine reads itself or which may be ignored without making it wrong. */
const ANSWER = new Set(['_total', '_elements', '_format', '_pretty', '_include', '_revinclude', '_summary'])
const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ['not', 'missing'],
  reference: ['missing'],
  string: ['contains', 'missing'],
  date: ['missing'],
  uri: ['missing'],
}

type One = { readonly pair?: Pair; readonly refused?: string }

function wholeNumber(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

function referenceValue(parameter: SearchParameter, value: string, fhirBase: string): string {
  const expand = (one: string): string => {
    const local = one.startsWith(`${fhirBase}/`) ? one.slice(fhirBase.length + 1) : one
    const targets = parameter.target ?? []
    return local.includes('/') || targets.length < 2 ? local : targets.map((type) => `${type}/${local}`).join(',')
  }
  return value.split(',').map(expand).join(',')
}

function plainParameter(parameter: SearchParameter, modifier: string | undefined, [name, value]: Pair): One {
  const { code, type } = parameter
  if (modifier === undefined || MODIFIERS[type]?.includes(modifier)) return { pair: [name, value] }
  if (type === 'reference' && /^[A-Z]/.test(modifier)) return { pair: [code, `${modifier}/${value}`] }
  return { refused: `modifier "${modifier}" of ${code} is not supported` }
}

function readOne(type: string, [name, value]: Pair, rules: SearchRules): One {
  const [head = '', modifier] = name.split('.')[0]?.split(':') ?? []
  if (ANSWER.has(head)) return { pair: [name, value] }
  const parameter = rules.parameters(type).find(({ code }) => code === head)
  if (parameter === undefined) return { refused: `unknown search parameter "${head}" of ${type}` }
  if (name.includes('.'))
    return parameter.type === 'reference' ? { pair: [name, value] } : { refused: `${head} cannot be chained` }
  const one = plainParameter(parameter, modifier, [name, value])
  if (one.pair === undefined || parameter.type !== 'reference' || modifier === 'missing') return one
  return { pair: [one.pair[0], referenceValue(parameter, one.pair[1], rules.fhirBase)] }
}

function sortPair(type: string, value: string, rules: SearchRules): One {
  const known = new Set(rules.parameters(type).map(({ code }) => code))
  const unknown = value.split(',').find((code) => !known.has(code.replace(/^-/, '')))
  return unknown === undefined ? { pair: ['_sort', value] } : { refused: `cannot sort ${type} by "${unknown}"` }
}

function readPage(pairs: readonly Pair[]): Page | string {
  const asked = (name: string): string | undefined => pairs.findLast(([key]) => key === name)?.[1]
  const count = wholeNumber(asked('_count') ?? String(DEFAULT_COUNT))
  const offset = wholeNumber(asked('_offset') ?? '0')
  if (count === undefined || offset === undefined) return '_count and _offset are whole numbers'
  return { count: asked('_summary') === 'count' ? 0 : Math.min(count, MOST), offset }
}

/** The engine applies sort rules one after the other, so that the last one wins: hand them over in reverse. */
function forEngine([name, value]: Pair): Pair {
  return name === '_sort' ? [name, value.split(',').toReversed().join(',')] : [name, value]
}

/**
 * Reads a search: every parameter is one the engine evaluates, or it is refused (always when a modifier or paging is
 * wrong, when strict also when unknown). References may be absolute on this server or bare ids.
 */
export function readSearch(type: string, pairs: readonly Pair[], rules: SearchRules): ReadSearch {
  const page = readPage(pairs)
  if (typeof page === 'string') return { kind: 'refused', why: page }
  const applied: Pair[] = []
  for (const pair of pairs) {
    const [name, value] = pair
    if (value === '' || name === '_count' || name === '_offset') continue
    const one = name === '_sort' ? sortPair(type, value, rules) : readOne(type, pair, rules)
    if (one.pair !== undefined) applied.push(one.pair)
    else if (rules.strict || one.refused?.startsWith('modifier')) return { kind: 'refused', why: one.refused ?? name }
  }
  const paging: readonly Pair[] = [
    ['_count', String(page.count)],
    ['_offset', String(page.offset)],
  ]
  const asked = applied.filter(([name]) => name !== '_summary')
  return { kind: 'search', applied, page, engine: [...asked.map(forEngine), ...paging] }
}
