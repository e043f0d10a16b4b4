import type { Client } from '../clients/client.ts'
import type { Config } from '../config.ts'

/** How long a yes may count: this visit, a number of days, or until the person says so. Spec: CON-07 */
export type Duration =
  | { readonly kind: 'once' }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'open' }

/** The durations a page offers, shortest first, and the one that is chosen beforehand. */
export type DurationOffer = { readonly durations: readonly Duration[]; readonly preset: Duration }

type Policy = Pick<Config['authorize'], 'consentDays' | 'longestConsentDays'>

/** Always a short and a long way; the app's own wish is preset when policy allows it. Spec: CON-07 */
export const offerDurations = (client: Pick<Client, 'consentDays'>, policy: Policy): DurationOffer => {
  const longest = policy.longestConsentDays ?? Number.POSITIVE_INFINITY
  const wished = Math.min(client.consentDays ?? policy.consentDays, longest)
  const cap = policy.longestConsentDays === undefined ? [] : [longest]
  const days = [...new Set([1, 90, 365, wished, ...cap])].filter((count) => count <= longest).toSorted((a, b) => a - b)
  return {
    durations: [
      { kind: 'once' },
      ...days.map((count): Duration => ({ kind: 'days', days: count })),
      ...(policy.longestConsentDays === undefined ? [{ kind: 'open' } as const] : []),
    ],
    preset: { kind: 'days', days: wished },
  }
}

/** Duration → the value of a form field. */
export const formatDuration = (duration: Duration): string =>
  duration.kind === 'days' ? String(duration.days) : duration.kind

/** The offered duration of a form field; one that was not offered counts as the shortest. Spec: CON-10 */
export const parseDuration = (text: string | undefined, { durations }: DurationOffer): Duration =>
  durations.find((duration) => formatDuration(duration) === text) ?? { kind: 'once' }

const day = 86_400

/** A visit that was agreed to for this time ends within so many seconds. */
const visit = 3600

/** When an agreement of this duration ends, in Unix seconds; `undefined`: no date. */
export const endOf = (duration: Duration, now: number): number | undefined => {
  if (duration.kind === 'open') return undefined
  return now + (duration.kind === 'once' ? visit : duration.days * day)
}
