import { validateResource } from '@medplum/core'
import { MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import type { Journal } from './journal.ts'

/** The engine's store with what was generated and what was written since. */
export type RecordStore = {
  readonly repository: MemoryRepository
  /** Runs a change that happens as a whole or not at all: `undone` results put everything back. */
  readonly atomically: <T>(change: () => Promise<T>, undone: (result: T) => boolean) => Promise<T>
}

async function load(repository: MemoryRepository, seed: readonly Resource[], journal: Journal): Promise<void> {
  await repository.withSeeding(async () => {
    for (const resource of seed) await repository.createResource(resource)
    for (const entry of journal.entries()) {
      if (entry.op === 'put') await repository.createResource(entry.resource, undefined, true)
      else await repository.deleteResource(entry.type, entry.id)
    }
  })
}

/** From now on every write is checked against the R4 definitions first and journaled after. */
function keepJournal(repository: MemoryRepository, journal: Journal): void {
  const create = repository.createResource.bind(repository)
  const conditionalCreate = repository.conditionalCreate.bind(repository)
  const remove = repository.deleteResource.bind(repository)
  repository.createResource = async (resource, options, update) => {
    validateResource(resource)
    const stored = await create(resource, options, update)
    journal.append({ op: 'put', resource: stored })
    return stored
  }
  repository.conditionalCreate = async (resource, search, options) => {
    validateResource(resource)
    const result = await conditionalCreate(resource, search, options)
    if (result.outcome.id === 'created') journal.append({ op: 'put', resource: result.resource })
    return result
  }
  repository.deleteResource = async (type, id, options) => {
    await remove(type, id, options)
    journal.append({ op: 'delete', type, id })
  }
}

/** The engine reverses its stored history each time it is read: reading twice keeps the newest version first. */
function keepHistoryOrder(repository: MemoryRepository): void {
  const read = repository.readHistory.bind(repository)
  repository.readHistory = async <T extends Resource>(type: string, id: string) => {
    const newestFirst = await read<T>(type, id)
    await read<T>(type, id)
    return newestFirst
  }
}

/** Loads the generated records and replays the journal, so that a second start finds what the first one wrote. */
export async function recordStore(seed: () => readonly Resource[], journal: Journal): Promise<RecordStore> {
  const repository = new MemoryRepository()
  await load(repository, seed(), journal)
  const plainCreate = repository.createResource
  const plainDelete = repository.deleteResource
  keepJournal(repository, journal)
  keepHistoryOrder(repository)
  const journaled = { createResource: repository.createResource, deleteResource: repository.deleteResource }
  const restore = async (mark: number): Promise<void> => {
    journal.cutBack(mark)
    repository.clear()
    Object.assign(repository, { createResource: plainCreate, deleteResource: plainDelete })
    await load(repository, seed(), journal)
    Object.assign(repository, journaled)
  }
  const atomically: RecordStore['atomically'] = async (change, undone) => {
    const mark = journal.mark()
    const result = await change()
    if (undone(result)) await restore(mark)
    return result
  }
  return { repository, atomically }
}
