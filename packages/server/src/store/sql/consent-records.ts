import type { ConsentRecord } from '../../grants/consent-record.ts'
import { type Driver, type Statement, sql } from '../driver.ts'
import { document } from '../row.ts'
import type { GrantStore } from '../store.ts'

/** Writes a consent record; a part of the step that creates its grant. */
export const insertConsent = (consent: ConsentRecord): Statement =>
  sql(
    'INSERT INTO consent_records (id, grant_id, subject, decided_at, document) VALUES ($1, $2, $3, $4, $5)',
    consent.id,
    consent.grantId,
    consent.subject,
    consent.decidedAt,
    JSON.stringify(consent),
  )

/** Reading what people saw and chose, newest first. */
export const consentReads = (driver: Driver): Pick<GrantStore, 'findConsent' | 'listConsents'> => ({
  findConsent: async (id) => {
    const [row] = await driver.read(sql('SELECT document FROM consent_records WHERE id = $1', id))
    return row && document<ConsentRecord>(row, 'document')
  },
  listConsents: async (subject) => {
    const select = 'SELECT document FROM consent_records WHERE subject = $1 ORDER BY decided_at DESC, id'
    return (await driver.read(sql(select, subject))).map((row) => document<ConsentRecord>(row, 'document'))
  },
})
