import type { Env } from '../env.ts'
import type { Client } from './client.ts'

/** The client of an id as sent by anyone; a text that cannot be an id never reaches the store. */
export const findClient = async (id: string, env: Pick<Env, 'store'>): Promise<Client | undefined> =>
  /^[\x20-\x7e]{1,255}$/.test(id) ? env.store.clients.find(id) : undefined
