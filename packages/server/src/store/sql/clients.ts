import type { Client } from '../../clients/client.ts'
import { type Driver, passed, type Row, sql, type Value, writeOne } from '../driver.ts'
import { document, integer, optionalInteger, optionalText, text, word } from '../row.ts'
import type { ClientStore } from '../store.ts'

const states = ['pending', 'active', 'suspended', 'blocked'] as const

type Device = NonNullable<Client['device']>
type Document = Omit<Client, 'id' | 'state' | 'updatedAt' | 'device'> & { readonly device?: Pick<Device, 'name'> }

const columns = 'id, state, device_grant_id, device_last_used_at, updated_at, document'

const toValues = (client: Client, updatedAt: number): readonly Value[] => {
  const { id, state, updatedAt: _, device, ...rest } = client
  const kept: Document = device === undefined ? rest : { ...rest, device: { name: device.name } }
  return [id, state, device?.grantId ?? null, device?.lastUsedAt ?? null, updatedAt, JSON.stringify(kept)]
}

const fromRow = (row: Row): Client => {
  const { device, ...rest } = document<Document>(row, 'document')
  const grantId = optionalText(row, 'device_grant_id')
  const lastUsedAt = optionalInteger(row, 'device_last_used_at')
  const client = {
    ...rest,
    id: text(row, 'id'),
    state: word(row, 'state', states),
    updatedAt: integer(row, 'updated_at'),
  }
  return device === undefined || grantId === undefined || lastUsedAt === undefined
    ? client
    : { ...client, device: { grantId, name: device.name, lastUsedAt } }
}

/** Registered apps in SQL. */
export const clientStore = (driver: Driver): ClientStore => ({
  create: async (client) => {
    const insert = `INSERT INTO clients (${columns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id`
    return (await passed(driver, [sql(insert, ...toValues(client, client.updatedAt))])) ? 'created' : 'exists'
  },
  find: async (id) => {
    const [row] = await driver.read(sql(`SELECT ${columns} FROM clients WHERE id = $1`, id))
    return row && fromRow(row)
  },
  save: (client, expectedUpdatedAt) => {
    const values = toValues(client, Math.max(client.updatedAt, expectedUpdatedAt + 1))
    const update = `UPDATE clients SET state = $2, device_grant_id = $3, device_last_used_at = $4, updated_at = $5,
      document = $6 WHERE id = $1 AND updated_at = $7 RETURNING id`
    return passed(driver, [sql(update, ...values, expectedUpdatedAt)])
  },
  remove: (id) => passed(driver, [sql('DELETE FROM clients WHERE id = $1 RETURNING id', id)]),
  list: async ({ after, limit }) => {
    const select = `SELECT ${columns} FROM clients WHERE id > $1 ORDER BY id LIMIT $2`
    return (await driver.read(sql(select, after ?? '', limit))).map(fromRow)
  },
  listDevices: async (grantId) => {
    const select = `SELECT ${columns} FROM clients WHERE device_grant_id = $1 ORDER BY id`
    return (await driver.read(sql(select, grantId))).map(fromRow)
  },
  touchDevice: async (id, at) => {
    const update = 'UPDATE clients SET device_last_used_at = $2 WHERE id = $1 AND device_last_used_at < $2'
    await writeOne(driver, sql(update, id, at))
  },
  removeDevices: async (unusedSince) => {
    const ended = "SELECT id FROM grants WHERE state IN ('revoked', 'expired')"
    const remove = `DELETE FROM clients WHERE device_grant_id IS NOT NULL
      AND (device_last_used_at < $1 OR device_grant_id IN (${ended})) RETURNING id`
    return (await writeOne(driver, sql(remove, unusedSince))).map((row) => text(row, 'id'))
  },
})
