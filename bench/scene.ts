/** The scene of every measurement: the same client, person and FHIR base for all contestants. */
import { createHash, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Issuer of all contestants, so that the same assertion fits each. */
export const issuer = 'https://bench.example'
/** The FHIR base the tokens are for. */
export const fhirUrl = 'https://bench.example/fhir'
/** The backend service of the `token` work. */
export const backendClient = 'nightly-report'
/** The public app of the `refresh` work. */
export const publicClient = 'growth-chart'
/** The resource server that introspects, and its secret. */
export const resourceClient = { id: 'resource-server', secret: 'bench-secret-bench-secret-bench-secret-1234' }
/** What the backend service asks for. */
export const backendScope = 'system/Patient.rs system/Observation.rs'
/** What the person agreed to; no `openid`, so that nobody signs an ID token. */
export const publicScope = 'offline_access patient/Patient.rs patient/Observation.rs'

/** Grants that the `refresh` and `introspect` works begin with; one per connection is enough. */
export const seedCount = 64

/** A file on this machine's disk for one contestant's SQLite database. */
export const databasePath = (): string => join(mkdtempSync(join(tmpdir(), 'gatehouse-bench-')), 'store.sqlite')

/** The key pair of the backend service as JWKs, of the kind the work's name asks for: `token-es384`, else RS384. */
export const assertionKey = (work: string): { readonly privateJwk: JsonWebKey; readonly publicJwk: JsonWebKey } => {
  const isEcdsa = work.endsWith('es384')
  const { privateKey, publicKey } = isEcdsa
    ? generateKeyPairSync('ec', { namedCurve: 'P-384' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const named = { alg: isEcdsa ? 'ES384' : 'RS384', kid: 'bench', use: 'sig' }
  return {
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...named },
    publicJwk: { ...publicKey.export({ format: 'jwk' }), ...named },
  }
}

/** SHA-256 in hex, as everybody stores secrets. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
