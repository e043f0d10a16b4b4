import type { Answer } from './answer.ts'
import { refuse } from './denial.ts'
import { type Denial, DeniedError, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'

/** An answer, and the refusal it is when it is one. */
export type Outcome = { readonly answer: Answer; readonly denial?: Denial }

/** A refusal as outcome. */
export const refused = (denial: Denial): Outcome => ({ answer: refuse(denial), denial })

/** The error edge: a refusal is answered as one, anything unforeseen with a constant text and a line in the log. */
export const attempt = async (env: Env, run: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof DeniedError)) env.log('error', 'request.fault', {}, error)
    else if (error.cause !== undefined) env.log('warn', 'request.denied', { reason: error.denial.reason }, error.cause)
    return refused(error instanceof DeniedError ? error.denial : deny('unexpected-fault'))
  }
}
