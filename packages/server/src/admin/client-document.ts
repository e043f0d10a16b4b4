import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import { clientMetadata, formatClientMetadata, parseClientMetadata } from '../clients/metadata.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { withoutUndefined } from '../without-undefined.ts'

/** What only an operator decides about a client, beside what the app says of itself (RFC 7591). */
const decisions = {
  staff_consent: z
    .enum(['ask', 'preauthorized'])
    .default('ask')
    .describe('Whether staff see the consent page; patients always do.'),
  consent_days: z.int().min(1).max(3650).optional().describe('Longest time a person can agree to, in days.'),
  audience: z.array(z.url()).min(1).optional().describe('FHIR bases it may be given tokens for; absent: all of ours.'),
  refresh_rotation: z.enum(['all', 'bearer', 'none']).default('all').describe('Which refresh tokens are used once.'),
}

/** A client as an operator writes it: unlike a registration, unknown members are refused, and `scope` is needed. */
export const clientDocument = clientMetadata
  .extend({ ...decisions, scope: z.string().min(1).max(8000).describe('The most it may ever have.') })
  .strict()

/** A client as operators read it. Loose, because metadata may gain members. */
export const clientView = z.looseObject({
  client_id: z.string(),
  client_name: z.string(),
  state: z.enum(['pending', 'active', 'suspended', 'blocked']),
  scope: z.string(),
  self_registered: z.boolean(),
  updated_at: z.int(),
})

/** A checked document. */
export type ClientDocument = z.infer<typeof clientDocument>

/** Checks what a schema cannot: that members fit together. Throws `register:metadata`, `register:redirect-uri` or `admin:invalid`. */
export const checkClientDocument = (document: ClientDocument): void => {
  const { refresh_rotation: rotation, staff_consent: _s, consent_days: _c, audience: _a, ...metadata } = document
  parseClientMetadata(metadata)
  const unbound = document.token_endpoint_auth_method === 'none' && !document.dpop_bound_access_tokens
  if (rotation === 'none' && unbound)
    throw new OAuthError('admin:invalid', {
      description: 'body.refresh_rotation: a public client whose tokens are bound to no key must rotate them.',
    })
}

/** The operator's decisions as members of the record. */
export const decisionsOf = (document: ClientDocument): Partial<Client> =>
  withoutUndefined({
    staffConsent: document.staff_consent,
    consentDays: document.consent_days,
    audience: document.audience,
    refreshRotation: document.refresh_rotation,
  })

/** A client with wire names, without any secret. */
export const formatClient = (client: Client): z.infer<typeof clientView> => ({
  client_id: client.id,
  client_name: client.display.name,
  scope: client.scope,
  ...formatClientMetadata(client),
  state: client.state,
  self_registered: client.selfRegistered === true,
  staff_consent: client.staffConsent,
  ...withoutUndefined({ consent_days: client.consentDays, audience: client.audience }),
  updated_at: client.updatedAt,
})
