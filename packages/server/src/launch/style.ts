import type { Answer, Input } from '../answer.ts'
import type { Config } from '../config.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { answerPrepared, oncePer, type PreparedDocument, prepareJson } from '../prepared.ts'
import { styleHash } from './style-url.ts'

const aYear = 31_536_000

const documents = oncePer(
  ({ launch }: Config): ReadonlyMap<string, PreparedDocument> =>
    new Map(Object.values(launch.styles).map((style) => [styleHash(style), prepareJson(style, aYear)])),
)

/** GET /style/{hash}.json: how an app should look to fit in here. Public, and readable from every origin. Spec: CX-19, CX-34, IN-18 */
export const style = async (input: Input, env: Env): Promise<Answer> => {
  const contentHash = /^([0-9a-f]{16})\.json$/.exec(input.path.file ?? '')?.[1] ?? ''
  const document = documents(env.config).get(contentHash)
  if (document === undefined)
    throw new OAuthError('request:not-found', { description: 'No style is served under this address.' })
  return answerPrepared(input, document)
}
