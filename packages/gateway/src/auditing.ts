import type { Input } from './answer.ts'
import { type AuditFacts, auditEvents } from './audit.ts'
import type { Config } from './config.ts'
import { DeniedError, deny, isDenial } from './denial-reasons.ts'
import type { Env } from './env.ts'
import type { Exchange } from './exchange.ts'
import { readEntries } from './fhir/bundle-entries.ts'
import { patientsNamedBy } from './fhir/compartment.ts'
import type { Json } from './fhir/json.ts'
import type { FhirRequest } from './fhir/request.ts'
import type { OpenLocation } from './open-location.ts'
import type { Outcome } from './outcome.ts'

/** Where a request came from and what receives its record. */
export type Auditing = {
  readonly input: Input
  readonly config: Config
  readonly env: Env
  readonly open: OpenLocation
  readonly requestId: string
}

/** Records what was decided, before the answer goes out. What cannot be recorded is not answered. */
export const audit = async (
  auditing: Auditing,
  outcome: Outcome,
  done?: { readonly request: FhirRequest | undefined; readonly exchange: Exchange },
): Promise<Outcome> => {
  const { input, config, env, open, requestId } = auditing
  const facts: AuditFacts = {
    now: env.now(),
    site: config.audit.site,
    location: open.config.base,
    remoteAddress: input.remoteAddress,
    requestId,
    authorization: done?.exchange.authorization,
    done: done?.request,
    received: `${input.method} ${input.target}`,
    sent: done?.exchange.witness.lastSent(),
    patients: done?.exchange.witness.patients() ?? [],
    denial: outcome.denial,
  }
  try {
    await env.audit(eventsOf(facts, open))
  } catch (error) {
    throw new DeniedError(deny('audit-unavailable', { retryAfter: 10 }), error)
  }
  return outcome
}

/** A transaction is recorded entry by entry; everything else is one thing done. */
const eventsOf = (facts: AuditFacts, { fhir }: OpenLocation): readonly Json[] => {
  const { done } = facts
  if (done?.interaction !== 'transaction') return auditEvents(facts)
  const entries = readEntries(done.bundle, undefined, fhir.bases)
  if (isDenial(entries)) return auditEvents(facts)
  return entries.flatMap(({ parsed }) => {
    if (isDenial(parsed)) return auditEvents({ ...facts, done: undefined, denial: facts.denial ?? parsed })
    const { request } = parsed
    const patients = 'body' in request && request.body !== undefined ? patientsNamedBy(request.body, fhir.bases) : []
    return auditEvents({ ...facts, done: request, patients })
  })
}
