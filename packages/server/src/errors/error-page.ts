import { type Answer, type Input, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { errorPage as errorView } from '../ui/error-page.ts'
import { textsFor } from '../ui/language.ts'
import { renderPage } from '../ui/page.ts'
import { recordError, toOAuthError } from './answer-error.ts'
import { isReason, type Reason, reasons } from './reasons.ts'

/** The page form of an error, for routes a person's browser opens. It never redirects. Spec: RFC-02, THR-02 */
export const answerErrorAsPage = (thrown: unknown, input: Input | undefined, env: Env): Answer => {
  const error = toOAuthError(thrown)
  const instance = recordError(error, input, env)
  const texts = textsFor(input, env)
  const { description, wayBack } = error.texts
  const main = errorView({ texts, reason: error.reason, status: error.status, instance, description, wayBack })
  const answer = renderPage({ title: texts.t('error.title'), main, texts, status: error.status }, env.config)
  return withHeaders(answer, Object.entries(error.texts.headers ?? {}))
}

/**
 * GET /errors/{urn}/instances/{id}: explains a kind of error and repeats the number for support. It tells nothing about the
 * instance: every id gives the same page. Spec: AID-40, AID-41, AID-43, THR-37
 */
export const errorPage = async (input: Input, env: Env): Promise<Answer> => {
  const reason = (input.path.urn ?? '').replace(/^urn:gatehouse:error:/, '')
  const instance = /^[A-Za-z0-9_-]{16,64}$/.exec(input.path.id ?? '')?.[0]
  const known: Reason = isReason(reason) && instance !== undefined ? reason : 'request:not-found'
  const texts = textsFor(input, env)
  const { status } = known === 'request:not-found' ? reasons[known] : { status: 200 }
  const main = errorView({
    texts,
    reason: known,
    status: reasons[known].status,
    instance,
    description: undefined,
    wayBack: undefined,
  })
  return renderPage({ title: texts.t('error.title'), main, texts, status }, env.config)
}
