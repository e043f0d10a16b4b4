import { z } from 'zod'
import { type Answer, type Input, type Pair, redirect } from '../answer.ts'
import type { UpstreamQuestion } from '../authorize/interaction.ts'
import { nextStep, type Step } from '../authorize/next-step.ts'
import {
  advance,
  joinAs,
  type LoadedSituation,
  languagesOf,
  loadSituation,
  readHandle,
  stepUrl,
} from '../authorize/situation.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { newSecret } from '../secret.ts'
import { formTargetsOf } from '../ui/page.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { type Cookie, cookieOf, readCookie } from './cookies.ts'
import { currentSession, type SignedIn } from './session.ts'
import type { Session } from './user.ts'

/** What somebody signs in for: a request of an app, or a page of our own. One page and one set of rules serve both. */
export type Errand = {
  readonly why: Extract<Step, { kind: 'sign-in' }>['why']
  readonly before: SignedIn | undefined
  /** Names the errand in URLs, forms and the state that a provider sends back. */
  readonly name: Pair
  /** Absent for a page of our own. */
  readonly app: string | undefined
  readonly languages: readonly (string | undefined)[]
  readonly loginHint: string | undefined
  readonly maxAge: number | undefined
  readonly formTargets: readonly string[]
  /** What its forms are bound to, so that each works in one browser, for one state of things. */
  readonly binding: readonly (string | number | undefined)[]
  /** Set with the page, when the binding is new to the browser. */
  readonly cookies: readonly Cookie[]
  readonly question: UpstreamQuestion | undefined
  /** Keeps what a provider is asked, or forgets it: the errand as it is then, and cookies to set. */
  readonly keep: (question: UpstreamQuestion | undefined) => Promise<Kept>
  /** Goes on, with the person signed in. */
  readonly goOn: (session: Session) => Promise<Answer>
  /** The interaction, for answers that only an app's request knows. */
  readonly situation: LoadedSituation | undefined
}

/** An errand that has just kept or forgotten a question. */
type Kept = { readonly errand: Errand; readonly cookies: readonly Cookie[] }

/**
 * The errand a request is about, or where to go when there is nothing to sign in for. Throws
 * `authorize:interaction-expired` when this browser holds no such interaction.
 */
export const findErrand = async (input: Input, env: Env, name = readName(input)): Promise<Errand | Answer> =>
  name[0] === 'to' ? ownPageErrand(name, input, env) : interactionErrand(await loadSituation(input, env, name[1]), env)

/** An answer has a status; an errand has none. */
export const isAnswer = (found: Errand | Answer): found is Answer => 'status' in found

/** `/sign-in` for a page of ours. */
export const signInUrl = (page: string, env: Pick<Env, 'config'>): string =>
  `${env.config.issuer}/sign-in?to=${encodeURIComponent(page)}`

const readName = (input: Input): Pair => {
  const to = [...(input.form ?? []), ...input.query].find(([name]) => name === 'to')?.[1]
  return to === undefined ? ['interaction', readHandle(input) ?? ''] : ['to', to]
}

const interactionErrand = (situation: LoadedSituation, env: Env): Errand | Answer => {
  const step = nextStep(situation)
  return step.kind === 'sign-in' ? errandOf(situation, step.why, env) : backTo(situation, env)
}

const backTo = ({ handle }: LoadedSituation, env: Env): Answer => redirect(stepUrl('/authorize', handle, env))

const errandOf = (situation: LoadedSituation, why: Errand['why'], env: Env): Errand => {
  const { handle, interaction, session, user, client } = situation
  const { upstream, ...unasked } = interaction
  return {
    why,
    before: session && user && { session, user },
    name: ['interaction', handle],
    app: plainName(client.display.name),
    languages: languagesOf(situation),
    loginHint: interaction.request.loginHint,
    maxAge: interaction.request.maxAge,
    formTargets: formTargetsOf(situation),
    binding: [interaction.id, interaction.version, session?.id],
    cookies: [],
    question: upstream,
    keep: async (question) => {
      const kept = question === undefined ? unasked : { ...unasked, upstream: question }
      return { errand: errandOf(await advance(situation, kept, env), why, env), cookies: [] }
    },
    goOn: async ({ subject, id }) => {
      await advance(situation, { ...joinAs(unasked, subject, id), signedInAt: env.now() }, env)
      return backTo(situation, env)
    },
    situation,
  }
}

/** Pages of ours that want to know who is there. Nothing else can be gone to after signing in. Spec: THR-02 */
const ownPages = /^(grants|receipts\/[A-Za-z0-9_-]{1,64})$/

const ownPageErrand = async (name: Pair, input: Input, env: Env): Promise<Errand | Answer> => {
  const [, page] = name
  if (!ownPages.test(page))
    throw new OAuthError('request:not-found', { description: 'No page of this name asks for a sign-in.' })
  const back = redirect(`${env.config.issuer}/${page}`)
  if ((await currentSession(input, env)) !== undefined) return back
  const held = readCookie(input, env, 'visit')
  const visitor = held ?? newSecret(env)
  const errand: Errand = {
    why: 'signed-out',
    before: undefined,
    name,
    app: undefined,
    languages: [],
    loginHint: undefined,
    maxAge: undefined,
    formTargets: [],
    binding: [visitor, page],
    cookies: held === undefined ? [cookieOf(env, 'visit', { value: visitor })] : [],
    question: parseQuestion(readCookie(input, env, 'visit-question')),
    keep: async (question) => ({ errand, cookies: [questionCookie(question, env)] }),
    goOn: async () => back,
    situation: undefined,
  }
  return errand
}

const questionShape = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
})

/** The browser's own cookie: what is in it matters only if the provider's answer fits it. */
const parseQuestion = (cookie: string | undefined): UpstreamQuestion | undefined => {
  if (cookie === undefined) return undefined
  try {
    return questionShape.parse(JSON.parse(Buffer.from(cookie, 'base64url').toString()))
  } catch {
    return undefined
  }
}

const questionCookie = (question: UpstreamQuestion | undefined, env: Env): Cookie => {
  if (question === undefined) return cookieOf(env, 'visit-question', 'gone')
  const value = Buffer.from(JSON.stringify(question)).toString('base64url')
  return cookieOf(env, 'visit-question', { value, seconds: env.config.authorize.interaction })
}
