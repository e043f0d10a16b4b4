import { z } from 'zod'
import type { Claims } from './claims.ts'
import type { IssuerConfig } from './config.ts'
import type { Env } from './env.ts'
import type { OwnCredential } from './own-credential.ts'

/** What was withdrawn before it expired, as the issuer's revocation feed tells it. */
export type Revocations = {
  /** Whether a token was cut. `stale`: the feed is too old to say, ask the issuer about every token. */
  readonly check: (claims: Claims) => Promise<'live' | 'cut' | 'stale'>
  readonly stop: () => void
}

const pollSeconds = 5
const staleSeconds = 60
/** No access token lives longer, so no cut matters longer. */
const keepSeconds = 3600 + 60

const feed = z.object({
  cursor: z.string(),
  cuts: z.array(z.object({ kind: z.enum(['grant', 'token', 'client', 'device']), id: z.string(), at: z.number() })),
})

/**
 * Follows the feed from start to stop, every 5 s. Tokens are verified offline, so this is what makes a withdrawal take effect
 * within seconds. Nothing is believed before the first page was read. Spec: TOK-40, TOK-41, MNG-07, AID-23
 */
export const followRevocations = (issuer: IssuerConfig, own: OwnCredential, env: Env): Revocations => {
  const cuts = new Map<string, number>()
  let cursor: string | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let stopped = false
  let cancel = (): void => {}
  let running: Promise<void> | undefined

  const poll = async (): Promise<void> => {
    try {
      for (let isMore = true; isMore; ) {
        const page = await fetchPage(cursor, { issuer, own, env })
        for (const { kind, id, at } of page.cuts)
          cuts.set(`${kind} ${id}`, Math.max(at, cuts.get(`${kind} ${id}`) ?? 0))
        isMore = page.cuts.length > 0 && page.cursor !== cursor
        cursor = page.cursor
      }
      readAt = env.now()
      for (const [key, at] of cuts) if (at < readAt - keepSeconds) cuts.delete(key)
    } catch (error) {
      env.log('warn', 'revocations.unavailable', { issuer: issuer.issuer }, error)
    }
  }
  const turn = (): Promise<void> => {
    running ??= poll().finally(() => {
      running = undefined
      cancel = stopped ? () => {} : env.after(pollSeconds, () => void turn())
    })
    return running
  }

  return {
    check: async (claims) => {
      if (readAt === Number.NEGATIVE_INFINITY) await turn()
      if (env.now() - readAt > staleSeconds) return 'stale'
      return isCut(claims, cuts) ? 'cut' : 'live'
    },
    stop: () => {
      stopped = true
      cancel()
    },
  }
}

/** A token that does not say when it was issued cannot prove that it is younger than the cut. */
const isCut = (claims: Claims, cuts: ReadonlyMap<string, number>): boolean => {
  if (cuts.size === 0) return false
  if (cuts.has(`token ${claims.jti}`)) return true
  const issuedAt = claims.iat ?? 0
  const ids = [
    `grant ${claims.grant_id}`,
    `client ${claims.client_id}`,
    `device ${claims.device_id ?? claims.client_id}`,
  ]
  return ids.some((id) => (cuts.get(id) ?? Number.NEGATIVE_INFINITY) >= issuedAt)
}

type Asking = { readonly issuer: IssuerConfig; readonly own: OwnCredential; readonly env: Env }

const fetchPage = async (cursor: string | undefined, { issuer, own, env }: Asking): Promise<z.infer<typeof feed>> => {
  const url = new URL(issuer.revocationsUri ?? `${issuer.issuer}/revocations`)
  if (cursor !== undefined) url.searchParams.set('cursor', cursor)
  const authorization = await own.header()
  const { status, body } = await env.fetch(url.href, {
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
    timeoutSeconds: 4,
    maxBytes: 8 * 1024 * 1024,
  })
  if (status !== 200) throw new Error(`revocations: status ${status}`)
  return feed.parse(JSON.parse(new TextDecoder().decode(body)))
}
