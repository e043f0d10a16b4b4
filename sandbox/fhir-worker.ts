import { parentPort, workerData } from 'node:worker_threads'
import { fileJournal } from './fhir/journal.ts'
import { startFhirServer } from './fhir-server.ts'
import type { FhirTask } from './fhir-thread.ts'
import { generateRecords } from './patients/generate.ts'

const task = workerData as FhirTask
const server = await startFhirServer({ ...task, records: generateRecords, journal: fileJournal(task.journalPath) })
parentPort?.once('message', () => {
  server.close().then(() => parentPort?.close())
})
parentPort?.postMessage(server.fhirBase)
