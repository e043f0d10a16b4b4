import type { Grant } from './grant.ts'

/** How a grant stands, as a person sees it. */
export type Standing = 'active' | 'paused' | 'ended'

/** What the answer depends on beside the grant. Seconds. */
export type Moment = {
  readonly now: number
  /** Whether the browser session of an `online_access` grant is still open. */
  readonly sessionOpen: boolean
  readonly accessToken: number
}

/**
 * How a grant stands now. Time ends some that no request has told the store about yet: a date that has passed, a visit that
 * is over. Spec: MNG-01
 */
export const standingOf = (grant: Grant, { now, sessionOpen, accessToken }: Moment): Standing => {
  if (grant.state === 'revoked' || grant.state === 'expired') return 'ended'
  if (grant.endsAt !== undefined && grant.endsAt <= now) return 'ended'
  if (grant.access === 'once' && grant.createdAt + accessToken <= now) return 'ended'
  if (grant.access === 'online' && !sessionOpen) return 'ended'
  return grant.state === 'suspended' ? 'paused' : 'active'
}
