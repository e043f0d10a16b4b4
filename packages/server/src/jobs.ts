import type { Env } from './env.ts'

/**
 * Periodic work, one row each. Every node runs the table; a lease in the store lets one of them do a job at a time, and
 * each job is idempotent, because a lease can run out while its holder still works.
 */
type Job = {
  readonly name: string
  /** Seconds between two runs. */
  readonly every: number
  readonly run: (env: Env) => Promise<void>
}

const jobs: readonly Job[] = [
  { name: 'purge', every: 300, run: purge },
  { name: 'rotate-keys', every: 3600, run: rotateKeys },
  { name: 'remove-devices', every: 3600, run: removeDevices },
]

async function purge(env: Env): Promise<void> {
  const rows = await env.store.leases.purge(env.now())
  if (rows > 0) env.log('info', 'purged', { rows })
}

async function rotateKeys(env: Env): Promise<void> {
  for (const kid of await env.keys.rotate('due')) {
    env.audit({ event: 'key-rotated', outcome: 'success', actor: 'schedule', reason: kid })
    env.log('info', 'key-rotated', { kid })
  }
}

async function removeDevices(env: Env): Promise<void> {
  const removed = await env.store.clients.removeDevices(env.now() - env.config.clients.deviceIdle)
  for (const clientId of removed)
    env.audit({ event: 'client-removed', outcome: 'success', clientId, actor: 'schedule' })
}

/** Starts the table on this node; returns how to stop it. `node` names this process among the nodes. */
export const startJobs = (env: Env, node: string): (() => void) => {
  const cancels = new Map<string, () => void>()
  const schedule = (job: Job): void => {
    const again = (): void => {
      if (cancels.has(job.name)) schedule(job)
    }
    cancels.set(
      job.name,
      env.after(job.every, () => {
        runJob(job, env, node).finally(again)
      }),
    )
  }
  for (const job of jobs) schedule(job)
  return () => {
    for (const cancel of cancels.values()) cancel()
    cancels.clear()
  }
}

/** Runs a job if no other node holds it. A failure is logged and counted; the next turn tries again. */
const runJob = async (job: Job, env: Env, node: string): Promise<void> => {
  try {
    const lease = { holder: node, until: env.now() + job.every }
    if (!(await env.store.leases.take(`job:${job.name}`, lease, env.now()))) return
    await job.run(env)
    env.count('jobs', { job: job.name, outcome: 'success' })
  } catch (error) {
    env.log('error', 'job-failed', { job: job.name }, error)
    env.count('jobs', { job: job.name, outcome: 'failure' })
  }
}
