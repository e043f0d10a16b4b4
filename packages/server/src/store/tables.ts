/**
 * The tables of schema version 1, in the SQL that SQLite, PostgreSQL and CockroachDB share: text keys, no sequences, no
 * foreign keys (every reference is checked by the verb that writes it). A fact stands either in a column, when a statement
 * decides by it, or in the JSON `document`, never in both.
 */
export const tables: readonly string[] = [
  `CREATE TABLE clients (id TEXT PRIMARY KEY, state TEXT NOT NULL, device_grant_id TEXT, device_last_used_at BIGINT,
     updated_at BIGINT NOT NULL, document TEXT NOT NULL)`,
  'CREATE INDEX clients_device_grant ON clients (device_grant_id) WHERE device_grant_id IS NOT NULL',

  `CREATE TABLE launches (hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL, used_at BIGINT, document TEXT NOT NULL)`,
  'CREATE INDEX launches_expiry ON launches (expires_at)',

  `CREATE TABLE pushed_requests (hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, expires_at BIGINT NOT NULL,
     parameters TEXT NOT NULL)`,
  'CREATE INDEX pushed_requests_expiry ON pushed_requests (expires_at)',

  `CREATE TABLE interactions (id TEXT PRIMARY KEY, version BIGINT NOT NULL, expires_at BIGINT NOT NULL,
     document TEXT NOT NULL)`,
  'CREATE INDEX interactions_expiry ON interactions (expires_at)',

  `CREATE TABLE users (subject TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, upstream_issuer TEXT,
     upstream_subject TEXT, state TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (upstream_issuer, upstream_subject))`,

  `CREATE TABLE sessions (id TEXT PRIMARY KEY, subject TEXT NOT NULL, authenticated_at BIGINT NOT NULL,
     last_active_at BIGINT NOT NULL, idle_ends_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, ended_at BIGINT,
     methods TEXT NOT NULL)`,
  'CREATE INDEX sessions_subject ON sessions (subject)',
  'CREATE INDEX sessions_end ON sessions (idle_ends_at)',

  `CREATE TABLE grants (id TEXT PRIMARY KEY, client_id TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,
     state_reason TEXT, evidence_until BIGINT, scope TEXT NOT NULL, ends_at BIGINT, last_used_at BIGINT NOT NULL,
     consent_id TEXT, snapshot TEXT, document TEXT NOT NULL)`,
  'CREATE INDEX grants_subject ON grants (subject, client_id, state)',
  'CREATE INDEX grants_client ON grants (client_id, state)',
  `CREATE INDEX grants_end ON grants (ends_at) WHERE ends_at IS NOT NULL AND state IN ('active', 'suspended')`,
  'CREATE INDEX grants_evidence ON grants (evidence_until) WHERE evidence_until IS NOT NULL',

  `CREATE TABLE consent_records (id TEXT PRIMARY KEY, grant_id TEXT NOT NULL, subject TEXT NOT NULL,
     decided_at BIGINT NOT NULL, document TEXT NOT NULL)`,
  'CREATE INDEX consent_records_subject ON consent_records (subject, decided_at)',

  `CREATE TABLE codes (hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL, expires_at BIGINT NOT NULL, redeemed_at BIGINT,
     document TEXT NOT NULL)`,
  'CREATE INDEX codes_grant ON codes (grant_id)',

  `CREATE TABLE refresh_tokens (hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL, client_id TEXT NOT NULL, bound_key TEXT,
     issued_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, consumed_at BIGINT, successor_hash TEXT,
     sealed_successor TEXT)`,
  'CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id)',
  'CREATE INDEX refresh_tokens_sealed ON refresh_tokens (consumed_at) WHERE sealed_successor IS NOT NULL',

  `CREATE TABLE opaque_tokens (hash TEXT PRIMARY KEY, id TEXT NOT NULL, grant_id TEXT NOT NULL,
     expires_at BIGINT NOT NULL, claims TEXT NOT NULL)`,
  'CREATE INDEX opaque_tokens_expiry ON opaque_tokens (expires_at)',

  `CREATE TABLE used_once (kind TEXT NOT NULL, id TEXT NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (kind, id))`,
  'CREATE INDEX used_once_expiry ON used_once (expires_at)',

  `CREATE TABLE cuts (kind TEXT NOT NULL, id TEXT NOT NULL, cut_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
     PRIMARY KEY (kind, id))`,
  'CREATE INDEX cuts_order ON cuts (cut_at, kind, id)',

  `CREATE TABLE signing_keys (kid TEXT PRIMARY KEY, alg TEXT NOT NULL, created_at BIGINT NOT NULL, retired_at BIGINT,
     document TEXT NOT NULL)`,

  'CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, ends_at BIGINT NOT NULL)',

  `CREATE TABLE attempts (guessed TEXT NOT NULL, failed_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
     failures BIGINT NOT NULL, PRIMARY KEY (guessed, failed_at))`,
  'CREATE INDEX attempts_expiry ON attempts (expires_at)',
]
