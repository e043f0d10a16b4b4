import { z } from 'zod'

/** One location we issue tokens for. `base` is the public FHIR base URL, byte for byte what clients know. Spec: AL-26, AL-39 */
export const resourceServerSettings = z.strictObject({
  base: z.url().refine((url) => !/[?#]|\/$/.test(url), 'must have no trailing slash, query or fragment'),
  name: z.string().min(1),
  kind: z.enum(['fhir', 'dicomweb']).default('fhir'),
  fhirVersion: z.string().default('4.0.1'),
  /** Opaque id of the organization behind it, for the `tenant` launch parameter. */
  tenant: z.string().optional(),
  /** `opaque`: the resource server introspects instead of verifying signatures. */
  tokenForm: z.enum(['jwt', 'opaque']).default('jwt'),
})

/** A location we issue tokens for. */
export type ResourceServer = z.infer<typeof resourceServerSettings>

/**
 * The resource server an `aud` or `resource` names. One trailing slash is forgiven, nothing else: case, port, scheme and
 * path are compared as strings, because a lenient compare hands tokens to a look-alike. Spec: AL-39, THR-10
 */
export const findResourceServer = (servers: readonly ResourceServer[], asked: string): ResourceServer | undefined => {
  const base = asked.endsWith('/') ? asked.slice(0, -1) : asked
  return servers.find((server) => server.base === base)
}
