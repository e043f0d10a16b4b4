import { describe, formatScopes, parseScopes, type Row } from '@gatehouse/scopes'
import { type Answer, type Input, redirect } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { optional, parseForm, required } from '../parameters.ts'
import { signInUrl } from '../sign-in/errand.ts'
import { currentSession, type SignedIn } from '../sign-in/session.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { type GrantCard, grantsPage } from '../ui/grants-page.ts'
import { textsFor } from '../ui/language.ts'
import type { Texts } from '../ui/messages.ts'
import { renderPage } from '../ui/page.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { removeDevice, stopKind, stopSharing } from './change-grant.ts'
import type { Grant } from './grant.ts'
import { standingOf } from './standing.ts'

type Visit = { readonly input: Input; readonly env: Env; readonly texts: Texts }

/**
 * GET|POST /grants: the person's apps. What each may see, since and until when, and how to stop it, one tap away. The
 * `management_endpoint` of discovery.
 *
 * Spec: MNG-01, MNG-02, MNG-03, MNG-05, MNG-07, MNG-10, CF-21, ONC-04, BP-01, THR-45
 */
export const manage = async (input: Input, env: Env): Promise<Answer> => {
  const who = await currentSession(input, env)
  if (who === undefined) return redirect(signInUrl('grants', env))
  const visit = { input, env, texts: textsFor(input, env, [who.user.locale]) }
  return input.method === 'POST' ? change(who, visit) : show(who, visit)
}

const here = (env: Env): string => `${env.config.issuer}/grants`

const change = async (who: SignedIn, { input, env }: Visit): Promise<Answer> => {
  const form = parseForm(input)
  const grant = await env.store.grants.find(required(form, 'grant'))
  if (grant?.subject !== who.user.subject)
    throw new OAuthError('request:not-found', { description: 'There is no such agreement of yours.' })
  checkFormToken(optional(form, 'token'), tokenFor(grant, who, env))
  const [action, ...rest] = required(form, 'change').split(' ')
  if (action === 'stop') await stopSharing(grant, env)
  else if (action === 'less') await stopKind(grant, rest, env)
  else if (action === 'device') await removeDevice(grant, rest.join(' '), env)
  else throw new OAuthError('request:malformed', { description: 'The form asks for nothing we know.' })
  return redirect(here(env))
}

/** Good for this grant as it stands, in this session: a change makes it stale. */
const tokenFor = (grant: Grant, { session }: SignedIn, { config }: Env): string =>
  formToken(config, 'grants', session.id, grant.id, grant.state, grant.scope)

const show = async (who: SignedIn, { env, texts }: Visit): Promise<Answer> => {
  const grants = await env.store.grants.listBySubject(who.user.subject)
  const cards = await Promise.all(grants.map((grant) => cardOf(grant, who, { env, texts })))
  const main = grantsPage({ texts, action: here(env), cards, organization: env.config.organization.name })
  return renderPage({ title: texts.t('grants.title'), main, texts, self: here(env) }, env.config)
}

const cardOf = async (grant: Grant, who: SignedIn, at: Pick<Visit, 'env' | 'texts'>): Promise<GrantCard> => {
  const { env, texts } = at
  const client = await env.store.clients.find(grant.clientId)
  const session = grant.sessionId === undefined ? undefined : await env.store.sessions.find(grant.sessionId, env.now())
  const { sections } = describe(parseScopes(grant.scope), texts.locale)
  const devices = await env.store.clients.listDevices(grant.id)
  return {
    id: grant.id,
    token: tokenFor(grant, who, env),
    app: plainName(client?.display.name ?? texts.t('grants.gone')),
    receiptUrl: grant.consentId && `${env.config.issuer}/receipts/${grant.consentId}`,
    standing: standingOf(grant, {
      now: env.now(),
      sessionOpen: session !== undefined,
      accessToken: env.config.token.accessToken,
    }),
    patient: await patientName(grant, who, env),
    since: grant.createdAt,
    until: grant.endsAt,
    lastUsed: grant.lastUsedAt,
    offline: grant.access === 'offline',
    sections: sections.map(({ heading, rows }) => ({ heading, rows: rows.map(kindOf) })),
    devices: devices.map(({ id, device }) => ({
      id,
      name: plainName(device?.name ?? ''),
      lastUsed: device?.lastUsedAt ?? 0,
    })),
  }
}

const kindOf = ({ short, long, scopes }: Row) => ({ short, long, scopes: formatScopes(scopes) })

/** The directory decides each time whose name this person may see; when it is silent, no name is shown. */
const patientName = async ({ context, audience }: Grant, { user }: SignedIn, env: Env): Promise<string | undefined> => {
  const [base] = audience
  if (context.patient === undefined || base === undefined) return undefined
  const found = await env.directory.relation(user, base, context.patient).catch(() => undefined)
  return found?.name
}
