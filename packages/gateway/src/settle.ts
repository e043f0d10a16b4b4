import type { Decision } from './decision.ts'
import { deny } from './denial-reasons.ts'
import type { Exchange } from './exchange.ts'
import { decide } from './fhir/decide.ts'
import type { Deciding } from './fhir/deciding.ts'
import type { FhirRequest, Prefer } from './fhir/request.ts'
import { learn } from './look-up.ts'
import { type Known, keyOf } from './wants.ts'

/** A decision that needs nothing more, and what was learned on the way to it. */
export type Settled = { readonly decision: Exclude<Decision, { kind: 'look-up' }>; readonly deciding: Deciding }

/** The current version, then what the changed body points to, then what that needs: no decision takes more rounds. */
const maxRounds = 4

/** Decides; looks up what the decision wants to know; decides again, until it is an answer. */
export const settle = async (request: FhirRequest, prefer: Prefer, exchange: Exchange): Promise<Settled> => {
  const { authorization, capabilities, env, open } = exchange
  let known: Known = new Map()
  for (let round = 0; round < maxRounds; round += 1) {
    const deciding = { authorization, location: open.fhir, known, now: env.now(), capabilities, prefer }
    const decision = decide(request, deciding)
    if (decision.kind !== 'look-up') return { decision, deciding }
    if (decision.wants.every((want) => known.has(keyOf(want)))) return { decision: deny('unexpected-fault'), deciding }
    known = await learn(decision.wants, known, exchange)
  }
  throw new Error('a decision did not settle')
}
