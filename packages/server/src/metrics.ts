/** What is counted: the closed list. A name that is not here cannot be counted, and each is documented in `docs/metrics.md`. */
export const metrics = {
  requests: { help: 'Answered requests.', labels: ['method', 'route', 'status'] },
  refusals: { help: 'Requests that could not go on, by reason.', labels: ['reason'] },
  events: { help: 'Audit events.', labels: ['event', 'outcome'] },
  jobs: { help: 'Runs of periodic work.', labels: ['job', 'outcome'] },
} as const satisfies Record<string, { readonly help: string; readonly labels: readonly string[] }>

/** A name of the list. */
export type Metric = keyof typeof metrics
