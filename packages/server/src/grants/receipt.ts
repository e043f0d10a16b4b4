import { type Answer, type Input, redirect } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { signInUrl } from '../sign-in/errand.ts'
import { currentSession } from '../sign-in/session.ts'
import { textsFor } from '../ui/language.ts'
import { renderPage } from '../ui/page.ts'
import { receiptPage } from '../ui/receipt-page.ts'

/**
 * GET /receipts/{id}: what was agreed, for the person who agreed and nobody else; for everybody else there is nothing here.
 *
 * Spec: CON-14, CON-33, MNG-20
 */
export const receipt = async (input: Input, env: Env): Promise<Answer> => {
  const id = /^[A-Za-z0-9_-]{1,64}$/.exec(input.path.id ?? '')?.[0] ?? ''
  const who = await currentSession(input, env)
  if (who === undefined) return redirect(signInUrl(`receipts/${id}`, env))
  const record = await env.store.grants.findConsent(id)
  if (record?.subject !== who.user.subject)
    throw new OAuthError('request:not-found', { description: 'There is no such receipt of yours.' })
  const grant = await env.store.grants.find(record.grantId)
  const [audience] = grant?.audience ?? []
  const { patient } = record
  const about = patient && audience ? await env.directory.relation(who.user, audience, patient) : undefined
  const texts = textsFor(input, env, [who.user.locale])
  const self = `${env.config.issuer}/receipts/${id}`
  const stopUrl = `${env.config.issuer}/grants`
  const main = receiptPage({ texts, record, app: record.clientName, patient: about?.name, stopUrl })
  return renderPage({ title: texts.t('receipt.title', { app: record.clientName }), main, texts, self }, env.config)
}
