import { describe } from '@gatehouse/scopes'
import type { Answer, Input } from '../answer.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { optional, parseParameters } from '../parameters.ts'
import { consentPage } from '../ui/consent-page.ts'
import { textsFor } from '../ui/language.ts'
import { renderPage } from '../ui/page.ts'
import { previewPage } from '../ui/preview-page.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { type ConsentMaterial, consentView } from './consent-view.ts'
import { offerTo } from './policy.ts'

/** A person nobody is. */
const demo = { id: 'demo', name: 'Ana Ruiz', relation: 'self' } as const

/**
 * GET /developer/consent-preview?client_id=…&scope=…: the true consent page for an app's scopes, with a made-up person and
 * buttons that lead nowhere, so that developers and patient advocates read what patients read. Nothing of it can be
 * answered: its form has no token. Spec: consent §8, BP-05, BP-06
 */
export const consentPreview = async (input: Input, env: Env): Promise<Answer> => {
  const asked = parseParameters(input.query)
  const client = await findClient(optional(asked, 'client_id') ?? '', env)
  if (client?.state !== 'active')
    throw new OAuthError('authorize:client-unknown', { description: 'Send the client_id of an active app.' })
  const scope = optional(asked, 'scope') ?? client.scope
  const texts = textsFor(input, env)
  const material: ConsentMaterial = {
    kind: 'full',
    ...{ client, texts, patient: demo, previous: undefined, person: demo.name, fields: {} },
    redirectUri: client.redirectUris[0] ?? '',
    mayChangePatient: false,
    description: describe(offerTo(client, { scope }).scopes, texts.locale),
  }
  const main = previewPage(consentPage(consentView(material, env)), texts)
  const self = `${env.config.issuer}/developer/consent-preview?${new URLSearchParams({ client_id: client.id, scope })}`
  const title = texts.t('consent.title', { app: plainName(client.display.name) })
  return renderPage({ title, main, texts, self }, env.config)
}
