import { z } from 'zod'
import { operatorSettings } from './admin/settings.ts'
import { auditSettings } from './audit/settings.ts'
import { authorizeSettings } from './authorize/settings.ts'
import { clientsSettings } from './clients/settings.ts'
import { directorySettings } from './directory/settings.ts'
import { brandFlaws } from './discovery/brand-rules.ts'
import { brandsSettings } from './discovery/settings.ts'
import { launchSettings } from './launch/settings.ts'
import { listenSettings } from './listen.ts'
import { outboundSettings } from './outbound.ts'
import { resourceServerSettings } from './resource-servers.ts'
import { signInSettings } from './sign-in/settings.ts'
import { storeSettings } from './store/settings.ts'
import { tokenSettings } from './token/settings.ts'

/**
 * The one configuration document: the folders' `settings.ts` composed, unknown keys refused, parsed once, deep-frozen and
 * passed as a value. Secrets arrive resolved: reading `{ "file": … }` and `{ "env": … }` is the command line's work.
 */
export const configSchema = z.strictObject({
  /** Our issuer: an https URL without trailing slash, query or fragment. http only with `allowInsecureHttp`. Spec: RFC-15, IN-20 */
  issuer: z.url().refine((url) => !/[?#]|\/$/.test(url), 'must have no trailing slash, query or fragment'),
  /** Who runs this: shown on every page, with the telephone number where people can ask us to stop an app. Spec: CON-16 */
  organization: z.strictObject({
    name: z.string().min(1),
    phone: z.string().optional(),
    website: z.url().optional(),
    /** Language of pages for browsers that prefer none of ours. */
    language: z.string().default('en'),
  }),
  /** 32 bytes, base64url: seals signing keys at rest and page links. Keep it outside the database. */
  masterKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url (43 characters)'),
  /** The FHIR and DICOM locations we issue tokens for. */
  resourceServers: z.array(resourceServerSettings).min(1),
  brands: brandsSettings,
  clients: clientsSettings,
  launch: launchSettings,
  authorize: authorizeSettings,
  directory: directorySettings,
  signIn: signInSettings,
  token: tokenSettings,
  store: storeSettings,
  listen: listenSettings,
  operator: operatorSettings,
  outbound: outboundSettings,
  audit: auditSettings,
})

/** The parsed configuration. Durations are seconds. */
export type Config = z.infer<typeof configSchema>

/** What a configuration file may hold before defaults. */
export type ConfigInput = z.input<typeof configSchema>

/** Accepts an issuer and resource servers on plain http. A symbol, so that no configuration file can ask for it. */
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

/** Unknown JSON → frozen `Config`. Throws `ConfigError` naming every fault at once, plain http among them. Spec: BS-05 */
export const parseConfig = (input: unknown, options: { readonly [allowInsecureHttp]?: true } = {}): Config => {
  const parsed = configSchema.safeParse(input)
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`))
  const { issuer, resourceServers, signIn, brands } = parsed.data
  const urls = [issuer, ...resourceServers.map(({ base }) => base), ...signIn.providers.map((one) => one.issuer)]
  const insecure = options[allowInsecureHttp] ? [] : urls.filter((url) => !url.startsWith('https://'))
  if (insecure.length > 0) throw new ConfigError(insecure.map((url) => `${url}: must be https`))
  const flaws = brands === undefined ? [] : brandFlaws(brands, resourceServers)
  if (flaws.length > 0) throw new ConfigError(flaws.map((flaw) => `brands: ${flaw}`))
  return deepFreeze(parsed.data)
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}
