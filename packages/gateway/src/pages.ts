import { type Answer, json } from './answer.ts'
import { DeniedError, deny, isDenial } from './denial-reasons.ts'
import { type Exchange, resourceOf, send, textOf } from './exchange.ts'
import { type Entry, type JudgedPage, judgePage } from './fhir/entries.ts'
import { reduceOutcome } from './fhir/filter.ts'
import type { PagePlan } from './fhir/filter-plan.ts'
import type { Json, Resource } from './fhir/json.ts'
import { companionsOf, formatPage, pageSizeOf, selfLink } from './fhir/page.ts'
import { formatParameters } from './fhir/parameters.ts'
import type { FhirRequest } from './fhir/request.ts'
import { type Forwarding, upstreamError } from './forward.ts'
import { seal, unseal } from './links.ts'
import { learn } from './look-up.ts'
import type { UpstreamCall } from './upstream-call.ts'
import { type Finding, type Known, keyOf } from './wants.ts'

/** What a page link leads to: the call to the upstream, where in its page to go on, and the request to decide again. */
export type Resume = { readonly call: UpstreamCall; readonly offset: number; readonly request: FhirRequest }

const maxUpstreamPages = 50
const maxLookUps = 20
const linkSeconds = 3600

/** The link of a page, bound to who asked. Spec: GW-25, THR-32 */
const linkTo = (resume: Resume, exchange: Exchange): string => {
  const { env, config, open } = exchange
  const value = { ...resume, issuedAt: env.now(), ...boundTo(exchange) }
  const sealed = seal(purpose, value, { keys: config.linkKeys, random: env.random })
  const type = 'type' in resume.request && resume.request.type !== undefined ? resume.request.type : ''
  return `${open.config.base}/${type}?_page=${sealed}`
}

const purpose = 'page'

const boundTo = ({ authorization, open }: Exchange): Json => ({
  base: open.config.base,
  grant: authorization.grantId ?? null,
  client: authorization.clientId,
  subject: authorization.subject,
  patient: authorization.patient ?? null,
})

/** Opens a page link; `undefined` when it is broken, too old, or was made for anyone else. */
export const openPage = (sealed: string, exchange: Exchange): Resume | undefined => {
  const value = unseal(purpose, sealed, exchange.config.linkKeys)
  if (value === undefined) return undefined
  const bound = boundTo(exchange)
  const isTheirs = Object.keys(bound).every((name) => value[name] === bound[name])
  const isFresh = typeof value.issuedAt === 'number' && value.issuedAt + linkSeconds > exchange.env.now()
  return isTheirs && isFresh ? (value as unknown as Resume) : undefined
}

type Gathered = {
  readonly pages: readonly JudgedPage[]
  readonly matches: readonly Entry[]
  readonly next: Omit<Resume, 'request'> | undefined
}

/** Runs a search or history page by page until the client's page is full, and answers it. Spec: GW-03, GW-05, GW-25 */
export const forwardPage = async (
  plan: PagePlan,
  forwarding: Forwarding,
  from: { readonly request: FhirRequest; readonly offset: number },
): Promise<Answer> => {
  const { allowed, exchange } = forwarding
  const gathered = await gather(plan, forwarding, from.offset)
  if ('status' in gathered) return gathered
  const { pages, matches, next } = gathered
  for (const { resource } of matches) if (resource !== undefined) exchange.witness.saw(resource)
  exchange.witness.sent(formatCall(allowed.call))
  const { bases } = exchange.open.fhir
  const total = totalOf(plan, pages)
  if (plan.kind === 'search' && plan.search.control.onlyCount && total === undefined)
    throw new DeniedError(deny('count-not-provable'))
  const includes = pages.flatMap((page) => page.includes)
  const self =
    plan.kind === 'search' ? selfLink(plan.search, bases) : `${bases.publicBase}/${allowed.call.path.split('?')[0]}`
  const parts = {
    matches,
    includes: pageSizeOf(plan) === undefined ? includes : companionsOf(matches, includes, bases),
    outcomes: [
      ...outcomesOf(plan),
      ...pages.flatMap(({ outcomes }) => outcomes.map((outcome) => reduceOutcome(outcome, false))),
    ],
    total,
    links: { self, ...(next !== undefined && { next: linkTo({ ...next, request: from.request }, exchange) }) },
  }
  return json(200, formatPage(plan, parts, bases))
}

const formatCall = ({ path, parameters }: UpstreamCall): string =>
  parameters.length === 0 ? path : `${path}?${formatParameters(parameters)}`

const totalOf = (plan: PagePlan, [first]: readonly JudgedPage[]): number | undefined => {
  const nothingDropped = first !== undefined && first.matches.length === first.size
  return pageSizeOf(plan) === undefined && nothingDropped ? first.total : undefined
}

const gather = async (plan: PagePlan, forwarding: Forwarding, offset: number): Promise<Gathered | Answer> => {
  const size = pageSizeOf(plan)
  const pages: JudgedPage[] = []
  const found: { readonly entry: Entry; readonly at: Omit<Resume, 'request'> }[] = []
  let call: UpstreamCall | undefined = forwarding.allowed.call
  let skip = offset
  while (call !== undefined) {
    if (pages.length === maxUpstreamPages) throw new DeniedError(deny('too-costly'))
    const page: JudgedPage | Answer = await fetchPage(call, plan, forwarding)
    if ('status' in page) return page
    pages.push(page)
    for (const [position, entry] of page.matches)
      if (position >= skip) found.push({ entry, at: { call, offset: position } })
    const next: UpstreamCall | undefined =
      page.next === undefined ? undefined : { method: 'GET', path: page.next, parameters: [], headers: {} }
    if (size === undefined)
      return { pages, matches: found.map(({ entry }) => entry), next: next && { call: next, offset: 0 } }
    if (found.length > size) break
    skip = 0
    call = next
  }
  const limit = size ?? found.length
  return { pages, matches: found.slice(0, limit).map(({ entry }) => entry), next: found[limit]?.at }
}

/** One upstream page, judged with everything that judging it has to know. */
const fetchPage = async (
  call: UpstreamCall,
  plan: PagePlan,
  { deciding, exchange }: Forwarding,
): Promise<JudgedPage | Answer> => {
  const answer = await send(call, exchange)
  if (answer.status !== 200) return upstreamError(answer, exchange)
  const bundle: Resource = resourceOf(textOf(answer))
  let known: Known = deciding.known
  for (let round = 0; round < 3; round += 1) {
    const page = judgePage(bundle, plan, { ...deciding, known })
    if (isDenial(page)) throw new DeniedError(page)
    if (!('wants' in page)) return page
    const wants = page.wants.filter((want) => !known.has(keyOf(want)))
    if (wants.length === 0) break
    const absent: (readonly [string, Finding])[] = wants
      .slice(maxLookUps)
      .map((want) => [keyOf(want), { resources: [] }])
    known = new Map([...(await learn(wants.slice(0, maxLookUps), known, exchange)), ...absent])
  }
  throw new DeniedError(deny('answer-not-judged'))
}

/** Says which includes were left out because the token does not cover their type. */
const outcomesOf = (plan: PagePlan): readonly Resource[] => {
  const leftOut = plan.kind === 'search' ? plan.search.includes.leftOut : []
  if (leftOut.length === 0) return []
  return [
    {
      resourceType: 'OperationOutcome',
      issue: leftOut.map(({ name, value }) => ({
        severity: 'warning',
        code: 'suppressed',
        details: { text: `The access token does not cover what ${name}=${value} would include.` },
      })),
    },
  ]
}
