import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FhirServer } from './fhir-server.ts'

/** What the thread is told. */
export type FhirTask = { readonly port: number; readonly journalPath: string; readonly credential: string }

/**
 * Starts the hospital's FHIR server on a thread of its own: its searches walk all records, and the authorization server
 * should not wait for them. Throws what the thread throws while starting.
 */
export async function startFhirThread(task: FhirTask): Promise<FhirServer> {
  const worker = new Worker(new URL('./fhir-worker.ts', import.meta.url), { workerData: task })
  const [fhirBase] = await once(worker, 'message')
  return {
    fhirBase,
    close: async () => {
      const ended = once(worker, 'exit')
      worker.postMessage('close')
      await ended
    },
  }
}
