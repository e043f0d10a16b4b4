import { type Denial, deny } from '../denial-reasons.ts'
import { keyOf, type Want } from '../wants.ts'
import { isWithheldByRule, judge } from './cover.ts'
import type { Filter } from './filter-plan.ts'
import { isObject, objectsOf, type Resource, textAt } from './json.ts'
import type { Judging } from './judging.ts'
import { shapeResource } from './shape.ts'

/** A judged resource, or why not, or what has to be known first. */
export type Judged =
  | { readonly kind: 'resource'; readonly resource: Resource }
  | Denial
  | { readonly kind: 'look-up'; readonly wants: readonly Want[] }

/**
 * Judges the one resource of a read. Another resource than the one asked for, or one the token does not cover, is answered
 * like one that does not exist. Spec: GW-17, GW-28, THR-26
 */
export const filterInstance = (
  resource: Resource,
  filter: Extract<Filter, { kind: 'instance' }>,
  judging: Judging,
): Judged => {
  if (resource.resourceType !== filter.type || resource.id !== filter.id) return deny('not-found')
  const { letter } = filter
  const verdict =
    letter !== 'own'
      ? judge(resource, letter, judging)
      : isWithheldByRule(resource, 'r', judging)
        ? 'dropped'
        : 'covered'
  if (typeof verdict === 'object') return { kind: 'look-up', wants: verdict.wants }
  return verdict === 'covered'
    ? { kind: 'resource', resource: shapeResource(resource, filter.shape) }
    : deny('not-found')
}

/** Whether a resource that was looked up is covered; a resource that is absent is not. */
export const isCovered = (
  want: Want,
  letter: 'r' | 'u' | 'd',
  judging: Judging,
): boolean | { readonly wants: readonly Want[] } => {
  const finding = judging.known.get(keyOf(want))
  if (finding === undefined) return { wants: [want] }
  const [resource] = finding.resources
  if (resource === undefined) return false
  const verdict = judge(resource, letter, judging)
  return typeof verdict === 'object' ? verdict : verdict === 'covered'
}

/**
 * An OperationOutcome of the upstream, reduced to what cannot carry anyone's data: severity and code of each issue. Texts and
 * diagnostics pass only where the operator says so, cut at 2 KB. Spec: GW-28
 */
export const reduceOutcome = (outcome: Resource, withTexts: boolean): Resource => ({
  resourceType: 'OperationOutcome',
  issue: objectsOf(outcome.issue).map((issue) => ({
    severity: textAt(issue, 'severity') ?? 'error',
    code: textAt(issue, 'code') ?? 'processing',
    ...(withTexts && textsOf(issue)),
  })),
})

const textsOf = (issue: unknown): { readonly diagnostics?: string } => {
  const text = textAt(issue, 'diagnostics') ?? (isObject(issue) ? textAt(issue.details, 'text') : undefined)
  return text === undefined ? {} : { diagnostics: text.slice(0, 2048) }
}
