import { z } from 'zod'
import { parseDefinition } from './fhir/search-parameters.ts'
import { movableTypes } from './fhir/type-classes.ts'

/**
 * The one configuration document of a gateway: unknown keys refused, parsed once, deep-frozen, passed as a value. Secrets
 * arrive resolved; reading `{ "file": … }` and `{ "env": … }` is the command line's work. There is no permissive mode.
 */
const baseUrl = z.url().refine((url) => !/[?#]|\/$/.test(url), 'must have no trailing slash, query or fragment')

const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url (43 characters)')

const bearer = z.string().regex(/^[A-Za-z0-9._~+/-]+=*$/, 'must be a bearer token')

const credential = z.union([
  z.strictObject({ bearer }),
  z.strictObject({ basic: z.strictObject({ user: z.string().min(1), password: z.string().min(1) }) }),
  z.strictObject({ clientCertificate: z.strictObject({ certificate: z.string(), key: z.string() }) }),
])

const parameterNames = z.record(z.string(), z.array(z.string()))

const upstream = z.strictObject({
  /** Where the FHIR server is reached. Nothing but the gateway should be able to. */
  url: baseUrl,
  /** The base the server writes into its own URLs, when that is not `url`. */
  base: baseUrl.optional(),
  /** How the gateway proves itself to the server. */
  credential: credential.optional(),
  /** Certificate authority of the server, PEM, when it is not a public one. */
  certificateAuthority: z.string().optional(),
  /** `none`: the server keeps no versions; update and delete are then refused at patient level. */
  versioning: z.enum(['versioned', 'none']).default('versioned'),
  /** `post`: search always by POST, to keep values out of the server's access log. */
  search: z.enum(['as-client', 'post']).default('as-client'),
  /** The server's CapabilityStatement, where it cannot be read from the server. */
  capabilities: z.record(z.string(), z.unknown()).optional(),
  /** Search parameters the server has beyond those its CapabilityStatement lists: type → names. */
  searchParameters: parameterNames.default({}),
  /** Whether diagnostics of the server may reach clients that are not restricted to patients. */
  diagnostics: z.enum(['codes', 'full']).default('codes'),
  /** With `userReach: "upstream"`: the header that tells the server who the user is, and the P-256 key that signs it. */
  assertion: z
    .strictObject({
      header: z.string().regex(/^[a-z][a-z0-9-]*$/),
      key: z.record(z.string(), z.unknown()),
      keyId: z.string(),
    })
    .optional(),
  timeouts: z
    .strictObject({
      connectSeconds: z.number().positive().max(60),
      headersSeconds: z.number().positive().max(600),
      idleSeconds: z.number().positive().max(600),
    })
    .prefault({ connectSeconds: 2, headersSeconds: 30, idleSeconds: 30 }),
  connections: z.int().min(1).max(1024).default(64),
})

const reachOfClient = z.union([
  z.literal('all'),
  z.strictObject({ groups: z.array(z.string()) }),
  z.strictObject({ patients: z.array(z.string()) }),
])

const location = z
  .strictObject({
    /** The public FHIR base, byte for byte what clients know and tokens name in `aud`. Spec: AL-26, AL-80 */
    base: baseUrl,
    issuer: z.string(),
    upstream,
    /**
     * How far `user/` scopes of a practitioner go: `upstream` enforces, `policy` asks the reach port, `all` or `none`. There is
     * no default: a gateway that guesses here is open.
     */
    userReach: z.enum(['upstream', 'policy', 'all', 'none']),
    /** How far `system/` scopes go, by client. A client that is not named reaches `all`: it was registered for that. */
    systemReach: z.record(z.string(), reachOfClient).default({}),
    /** Types whose membership follows the CompartmentDefinition to the letter: shows records a patient merely took part in. */
    membership: z.record(z.string(), z.literal('definition')).default({}),
    /** Withheld types that hold no patient at this organization. */
    shared: z.array(z.enum(movableTypes)).default([]),
    /** Search parameters of the organization itself: type → name → definition (see docs/gateway.md). */
    searchParameters: z
      .record(
        z.string(),
        z.record(
          z.string(),
          z.string().refine((text) => parseDefinition('x', text) !== undefined, 'is no definition'),
        ),
      )
      .default({}),
    /** Further terminology-like operations, as `Type/$name`: no patient data in or out. */
    operations: z.array(z.string().regex(/^[A-Z]\w+\/\$[a-z][\w-]*$/)).default([]),
    /** Types that restrictions are read from: not writable at patient level. */
    consulted: z.array(z.string()).default([]),
    /** Security labels whose resources nobody is given, as `system|code`. */
    withholdLabels: z.array(z.string().regex(/^[^|]+\|[^|]+$/)).default([]),
    /** Where the consent a disclosure rests on is explained; sent as `Link; rel="consent"`. Spec: CON-33 */
    consentLink: z.url().optional(),
  })
  .refine(({ userReach, upstream }) => userReach !== 'upstream' || upstream.assertion !== undefined, {
    message: 'userReach "upstream" needs upstream.assertion: without it the server does not know who asks',
    path: ['userReach'],
  })

const issuer = z.strictObject({
  issuer: baseUrl,
  jwksUri: z.url().optional(),
  algorithms: z
    .array(z.enum(['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']))
    .min(1)
    .default(['ES256']),
  /** How it is known that a token was withdrawn: the revocation feed, or asking about every token. */
  check: z.enum(['feed', 'introspection']).default('feed'),
  /** What the gateway presents at the revocation feed and at introspection: a token, or a client of its own with a key. */
  credential: z
    .union([
      z.strictObject({ bearer }),
      z.strictObject({ clientId: z.string().min(1), key: z.record(z.string(), z.unknown()) }),
    ])
    .optional(),
  tokenUri: z.url().optional(),
  introspectionUri: z.url().optional(),
  revocationsUri: z.url().optional(),
})

/** The schema of that document. */
export const configSchema = z
  .strictObject({
    issuers: z.array(issuer).min(1),
    locations: z.array(location).min(1),
    /** Keys that seal page and export links; the first seals, all open. The same on every replica. */
    linkKeys: z.array(z.strictObject({ id: z.string().regex(/^[\w-]{1,16}$/), key: bytes32 })).min(1),
    cors: z.union([z.literal('any'), z.array(z.url())]).default('any'),
    dpop: z.strictObject({ nonce: z.enum(['never', 'required']) }).prefault({ nonce: 'never' }),
    limits: z
      .strictObject({
        bodyBytes: z
          .int()
          .min(1024)
          .default(10 * 1024 * 1024),
        answerBytes: z
          .int()
          .min(1024)
          .default(32 * 1024 * 1024),
        lineBytes: z
          .int()
          .min(1024)
          .default(16 * 1024 * 1024),
        perClientPerMinute: z.int().min(1).default(6000),
        perPatientPerMinute: z.int().min(1).default(3000),
      })
      .prefault({}),
    /** Where the gateway listens. TLS ends at the reverse proxy in front of it. */
    listen: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1'),
        /** Port 0 takes any free port. */
        port: z.int().min(0).max(65_535).default(4001),
      })
      .prefault({}),
    audit: z
      .strictObject({
        required: z.literal(true).default(true),
        site: z.string().default('gatehouse-gateway'),
        /** One FHIR AuditEvent per line is appended here. A request that cannot be recorded is not answered. */
        file: z.string().min(1).default('gateway-audit.jsonl'),
      })
      .prefault({}),
  })
  .refine(({ issuers, locations }) => locations.every((each) => issuers.some(({ issuer }) => issuer === each.issuer)), {
    message: 'every location names an issuer that is listed',
    path: ['locations'],
  })

/** The parsed configuration. */
export type Config = z.infer<typeof configSchema>
/** What a configuration file may hold before defaults. */
export type ConfigInput = z.input<typeof configSchema>
/** One FHIR location. */
export type LocationConfig = Config['locations'][number]
/** One authorization server. */
export type IssuerConfig = Config['issuers'][number]

/** Accepts public bases and issuers on plain http. A symbol, so that no configuration file can ask for it. */
export const allowInsecureHttp = Symbol('allowInsecureHttp')

/** The configuration is wrong. `problems` has one line each, with the path of the setting and what it must be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`configuration: ${problems.join('; ')}`)
    this.problems = problems
  }
}

/** Unknown JSON → frozen `Config`. Throws `ConfigError` naming every fault at once. */
export const parseConfig = (input: unknown, options: { readonly [allowInsecureHttp]?: true } = {}): Config => {
  const parsed = configSchema.safeParse(input)
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`))
  const urls = [...parsed.data.issuers.map(({ issuer }) => issuer), ...parsed.data.locations.map(({ base }) => base)]
  const insecure = options[allowInsecureHttp] ? [] : urls.filter((url) => !url.startsWith('https://'))
  if (insecure.length > 0) throw new ConfigError(insecure.map((url) => `${url}: must be https`))
  return deepFreeze(parsed.data)
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}
