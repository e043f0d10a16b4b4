import { randomBytes } from 'node:crypto'
import type { Config } from '../src/config.ts'
import type { Store } from '../src/store/store.ts'
import { newKeyRecord } from '../src/token/key-records.ts'
import type { SigningKeyRecord } from '../src/token/token-records.ts'

const made = new Map<string, Promise<readonly SigningKeyRecord[]>>()

const make = ({ masterKey }: Config, now: number): Promise<readonly SigningKeyRecord[]> => {
  const times = { createdAt: now, signsFrom: now }
  const sealing = { masterKey, random: randomBytes }
  return Promise.all([newKeyRecord('ES256', times, sealing), newKeyRecord('RS256', times, sealing)])
}

/** Gives an empty store one ES256 and one RS256 key, made once per test process: an RSA key takes a tenth of a second. */
export const seedSigningKeys = async (store: Store, config: Config, now: number): Promise<void> => {
  if ((await store.keys.list()).length > 0) return
  const records = made.get(config.masterKey) ?? make(config, now)
  made.set(config.masterKey, records)
  for (const record of await records) await store.keys.add(record, now)
}
