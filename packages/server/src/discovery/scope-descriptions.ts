import {
  type Description,
  describe,
  type LocaleTag,
  locales,
  parseScopes,
  type Row,
  type Scope,
} from '@gatehouse/scopes'
import { type Answer, type Input, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { optional, parseParameters } from '../parameters.ts'
import { answerPrepared, prepareJson } from '../prepared.ts'
import { supportedScopes } from './supported-scopes.ts'

const maxAge = 3600
/** Scopes of one question. A client's own list is far shorter; ours is asked for without naming any. */
const mostScopes = 200

/**
 * GET /.well-known/smart-scope-descriptions: the consent page's words for scopes, so that an app can say the same before it
 * sends someone here. A scope without words of its own is there too, and says so.
 *
 * Spec: BP-05, BP-06, CON-20, CON-22
 */
export const scopeDescriptions = async (input: Input, env: Env): Promise<Answer> => {
  const parameters = parseParameters(input.query, ['scope'])
  const locale = localeOf(optional(parameters, 'lang'), input)
  const asked = parameters.get('scope')?.join(' ')
  const scopes = asked === undefined ? supported : parseScopes(asked).slice(0, mostScopes)
  const policy = env.config.authorize.unknownQueries
  const entries = scopes.map((scope) => entryOf(scope, locale, policy))
  return withHeaders(answerPrepared(input, prepareJson({ locale, scopes: entries }, maxAge)), [
    ['vary', 'accept-language'],
  ])
}

const supported = parseScopes(supportedScopes.join(' '))

/** The asked language, else the browser's, else the first we have; by tag, then by its first part. */
const localeOf = (lang: string | undefined, input: Input): LocaleTag => {
  const header = String(input.headers['accept-language'] ?? '')
  const wanted = lang === undefined ? header.split(',').map((range) => range.split(';')[0]?.trim() ?? '') : [lang]
  return wanted.map(findLocale).find((tag) => tag !== undefined) ?? 'en'
}

const tags = Object.keys(locales) as LocaleTag[]

const findLocale = (text: string): LocaleTag | undefined => {
  const wanted = text.toLowerCase()
  const [language = ''] = wanted.split('-')
  return (
    tags.find((tag) => tag.toLowerCase() === wanted) ?? tags.find((tag) => tag.toLowerCase().split('-')[0] === language)
  )
}

/** Each scope is described alone: what it says must not depend on what else was asked. */
const entryOf = (scope: Scope, locale: LocaleTag, policy: string) => {
  const description = describe([scope], locale)
  const [row] = rowsOf(description)
  const [section] = description.sections
  if (row === undefined) return { scope: scope.text, quality: 'unknown', policy: 'refuse' }
  return {
    scope: scope.text,
    group: row.group,
    ...(section === undefined ? {} : { level: section.level, verbs: section.verbs.split(' ') }),
    short: row.short,
    long: row.long,
    mayReveal: row.mayReveal,
    quality: row.quality,
    default: 'on',
    refusable: scope.kind === 'resource' || scope.kind === 'offline',
    ...(row.quality === 'unknown' ? { policy } : {}),
    ...(row.hint === undefined ? {} : { hint: row.hint }),
  }
}

const rowsOf = ({ sections, identity, offline, others }: Description): readonly Row[] => [
  ...sections.flatMap(({ rows }) => rows),
  ...identity,
  ...offline,
  ...others,
]
