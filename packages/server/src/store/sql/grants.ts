import type { Grant } from '../../grants/grant.ts'
import { withoutUndefined } from '../../without-undefined.ts'
import { type Driver, passed, type Row, type Statement, sql, writeOne } from '../driver.ts'
import { document, integer, optionalInteger, optionalText, text, word } from '../row.ts'
import type { GrantStore } from '../store.ts'
import { insertCode } from './codes.ts'
import { consentReads, insertConsent } from './consent-records.ts'
import { insertCut } from './cuts.ts'
import { evidence } from './purge.ts'

const states = ['active', 'suspended', 'revoked', 'expired'] as const

/** The longest life an access token can be given (`token/settings.ts`): after it, a cut has nothing left to stop. */
const longestTokenLife = 3600

/** Columns of a grant, for statements that join it. */
export const grantColumns = (table: string): string =>
  [
    'id',
    'client_id',
    'subject',
    'state',
    'state_reason',
    'scope',
    'ends_at',
    'last_used_at',
    'consent_id',
    'snapshot',
    'document',
  ]
    .map((column) => `${table}.${column} AS grant_${column}`)
    .join(', ')

type Document = Omit<
  Grant,
  'id' | 'clientId' | 'subject' | 'state' | 'stateReason' | 'scope' | 'endsAt' | 'lastUsedAt' | 'consentId' | 'snapshot'
>

/** Reads what `grantColumns` selected. */
export const grantFromRow = (row: Row): Grant => ({
  ...document<Document>(row, 'grant_document'),
  id: text(row, 'grant_id'),
  clientId: text(row, 'grant_client_id'),
  subject: text(row, 'grant_subject'),
  state: word(row, 'grant_state', states),
  scope: text(row, 'grant_scope'),
  lastUsedAt: integer(row, 'grant_last_used_at'),
  ...withoutUndefined({
    stateReason: optionalText(row, 'grant_state_reason'),
    endsAt: optionalInteger(row, 'grant_ends_at'),
    consentId: optionalText(row, 'grant_consent_id'),
    snapshot: row.grant_snapshot === null ? undefined : document<Record<string, unknown>>(row, 'grant_snapshot'),
  }),
})

const insertGrant = (grant: Grant): Statement => {
  const { id, clientId, subject, state, stateReason, scope, endsAt, lastUsedAt, consentId, snapshot, ...rest } = grant
  const kept: Document = rest
  return sql(
    `INSERT INTO grants (id, client_id, subject, state, state_reason, scope, ends_at, last_used_at, consent_id, snapshot,
       document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
    id,
    clientId,
    subject,
    state,
    stateReason ?? null,
    scope,
    endsAt ?? null,
    lastUsedAt,
    consentId ?? null,
    snapshot === undefined ? null : JSON.stringify(snapshot),
    JSON.stringify(kept),
  )
}

/** Moves the last use forward; a part of the step that uses the grant. */
export const touchGrant = (id: string, now: number): Statement =>
  sql('UPDATE grants SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2', id, now)

const cutGrant = (id: string, now: number): Statement =>
  insertCut({ kind: 'grant', id, at: now }, now + longestTokenLife)

const liveOfClient = `WHERE subject = $1 AND client_id = $2 AND state IN ('active', 'suspended')
  ORDER BY last_used_at DESC, id LIMIT 50`

/** The durable agreements in SQL. */
export const grantStore = (driver: Driver): GrantStore => {
  const listWhere = async (statement: Statement): Promise<readonly Grant[]> =>
    (await driver.read(statement)).map(grantFromRow)
  const select = `SELECT ${grantColumns('grants')} FROM grants`
  return {
    ...consentReads(driver),
    createWithCode: async (grant, code, consent) => {
      await driver.write([insertGrant(grant), insertCode(code), ...(consent ? [insertConsent(consent)] : [])])
    },
    create: async (grant) => {
      await driver.write([insertGrant(grant)])
    },
    find: async (id) => (await listWhere(sql(`${select} WHERE id = $1`, id)))[0],
    listBySubject: (subject, live) =>
      live === undefined
        ? listWhere(sql(`${select} WHERE subject = $1 ORDER BY last_used_at DESC, id`, subject))
        : listWhere(sql(`${select} ${liveOfClient}`, subject, live.clientId)),
    listByClient: (clientId, state) =>
      state === undefined
        ? listWhere(sql(`${select} WHERE client_id = $1 ORDER BY id`, clientId))
        : listWhere(sql(`${select} WHERE client_id = $1 AND state = $2 ORDER BY id`, clientId, state)),
    end: (id, { state, reason }, now) => {
      const update = `UPDATE grants SET state = $2, state_reason = $3, evidence_until = $4
        WHERE id = $1 AND state IN ('active', 'suspended') RETURNING id`
      return passed(driver, [sql(update, id, state, reason, now + evidence), cutGrant(id, now)])
    },
    suspend: (id, reason, now) => {
      const update = `UPDATE grants SET state = 'suspended', state_reason = $2
        WHERE id = $1 AND state = 'active' RETURNING id`
      return passed(driver, [sql(update, id, reason), cutGrant(id, now)])
    },
    resume: (id, { snapshot, consentId, scope }, now) => {
      const update = `UPDATE grants SET state = 'active', state_reason = NULL, snapshot = COALESCE($2, snapshot),
        consent_id = COALESCE($3, consent_id), scope = COALESCE($4, scope), last_used_at = $5
        WHERE id = $1 AND state = 'suspended' RETURNING id`
      const json = snapshot === undefined ? null : JSON.stringify(snapshot)
      return passed(driver, [sql(update, id, json, consentId ?? null, scope ?? null, now)])
    },
    narrow: (id, { scope, endsAt }, now) => {
      const update = `UPDATE grants SET scope = COALESCE($2, scope), ends_at = COALESCE($3, ends_at)
        WHERE id = $1 AND state IN ('active', 'suspended') AND (CAST($3 AS BIGINT) IS NULL OR ends_at IS NULL OR ends_at >= $3)
        AND scope = COALESCE($4, scope) RETURNING id`
      return passed(driver, [
        sql(update, id, scope?.to ?? null, endsAt ?? null, scope?.from ?? null),
        cutGrant(id, now),
      ])
    },
    touch: async (id, now) => {
      await writeOne(driver, touchGrant(id, now))
    },
  }
}
