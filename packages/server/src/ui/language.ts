import { type Endpoint, type Input, redirect, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { cookieOf, readCookie } from '../sign-in/cookies.ts'
import { findLocale, type Texts, textsOf } from './messages.ts'

const aYear = 31_536_000

/**
 * The endpoint, with a language switch: `?lang=es` keeps the choice in the browser and comes back to the same page. Only the
 * person chooses; the page's own parameters stay as they are.
 */
export const withLanguage =
  (endpoint: Endpoint<Env>): Endpoint<Env> =>
  async (input, env) => {
    const asked = input.query.find(([name]) => name === 'lang')?.[1]
    const locale = asked === undefined ? undefined : findLocale(asked)
    if (locale === undefined || input.method !== 'GET') return endpoint(input, env)
    const query = new URLSearchParams(
      input.query.filter(([name]) => name !== 'lang').map(([name, value]) => [name, value]),
    )
    const here = `${new URL(env.config.issuer).origin}${input.url.pathname}${query.size === 0 ? '' : `?${query}`}`
    return withHeaders(redirect(here), [cookieOf(env, 'lang', { value: locale, seconds: aYear })])
  }

/**
 * The words for whoever sent this: as they chose on a page of ours, as the app or their record says, as the browser prefers,
 * as the operator speaks. Spec: consent §4 Languages, RFC 9110 §12.5.4
 */
export const textsFor = (
  input: Input | undefined,
  env: Pick<Env, 'config'>,
  wishes: readonly (string | undefined)[] = [],
): Texts => {
  const chosen = input && readCookie(input, env, 'lang')
  const tags = [chosen, ...wishes, ...acceptedLanguages(input), env.config.organization.language]
  return textsOf(
    tags.map((tag) => tag && findLocale(tag)).find((locale) => locale !== undefined && locale !== '') ?? 'en',
  )
}

/** `Accept-Language` → tags, most wanted first; those with `q=0` are not wanted. */
const acceptedLanguages = (input: Input | undefined): readonly string[] => {
  const header = input?.headers['accept-language']
  if (typeof header !== 'string') return []
  const ranges = header.split(',').slice(0, 20)
  const weighed = ranges.map((range) => {
    const [tag = '', quality = ''] = range.trim().split(/\s*;\s*q=/)
    return { tag, weight: quality === '' ? 1 : Number(quality) || 0 }
  })
  return weighed
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
