import { createHash } from 'node:crypto'
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { type Answer, type Pair, page, withHeaders } from '../answer.ts'
import type { Client } from '../clients/client.ts'
import type { Config } from '../config.ts'
import { languages, type Texts } from './messages.ts'
import { style } from './style.data.ts'

/**
 * What people see. This folder owns layout, words and the headers of pages; what a page is about and what happens with its
 * answer is the business of the endpoint that shows it. Pages work without scripts: there are none.
 */

export { html }

/** A piece of a page. Everything put into it is escaped. */
export type View = VNode

/** A whole page: a title that says where you are, and what stands in `main`. */
export type Page = {
  readonly title: string
  readonly main: View
  readonly texts: Texts
  readonly status?: number
  /** Where a GET shows this page again: the language links lead there. */
  readonly self?: string
  /** Where an answer given on this page may lead, beside ourselves: Chrome holds a form to it through every redirect. */
  readonly formTargets?: readonly string[]
}

/** Path of the stylesheet below the issuer; the hash makes it cacheable for good. */
export const stylePath = `/ui/${createHash('sha256').update(style).digest('base64url').slice(0, 16)}.css`

/** A page as an answer, with the headers that keep it ours. Spec: CON-12, THR-12, THR-42, AID-43 */
export const renderPage = (view: Page, config: Config): Answer => {
  const document = `<!doctype html>${renderToString(layout(view, config))}`
  return withHeaders(page(view.status ?? 200, document), [
    ...protection(view.formTargets ?? [], config.signIn.embedders),
    ['content-language', view.texts.locale],
    ['vary', 'Accept-Language'],
  ])
}

const protection = (formTargets: readonly string[], embedders: readonly string[]): readonly Pair[] => [
  [
    'content-security-policy',
    [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      `form-action ${["'self'", ...formTargets].join(' ')}`,
      "base-uri 'none'",
      `frame-ancestors ${embedders.length === 0 ? "'none'" : embedders.join(' ')}`,
    ].join('; '),
  ],
  ...(embedders.length === 0 ? [['x-frame-options', 'DENY'] as const] : []),
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['x-robots-tag', 'noindex'],
]

/**
 * Where the answers of an interaction's pages may lead in the end: to the redirect URI, and to the app's other registered
 * places, because some apps send the browser on at once.
 */
export const formTargetsOf = (situation: {
  readonly client: Pick<Client, 'redirectUris' | 'launchUris'>
  readonly interaction: { readonly request: { readonly redirectUri: string } }
}): readonly string[] => {
  const { client, interaction } = situation
  const uris = [interaction.request.redirectUri, ...client.redirectUris, ...client.launchUris]
  return [...new Set(uris.filter((uri) => URL.canParse(uri)).map(formTarget))]
}

/** The source for `form-action` that allows a URI: its origin, or its scheme where there is no origin. */
export const formTarget = (uri: string): string => {
  const { origin, protocol } = new URL(uri)
  return origin === 'null' ? protocol : origin
}

const layout = ({ title, main, texts, self }: Page, { issuer, organization }: Config): View => html`
  <html lang=${texts.locale} dir=${texts.dir}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title} – ${organization.name}</title>
      <link rel="stylesheet" href=${`${issuer}${stylePath}`} />
    </head>
    <body>
      <header class="top"><span>${organization.name}</span></header>
      <main id="main">${main}</main>
      <footer class="foot">${self !== undefined && languageLinks(self, texts)}${foot(texts, organization)}</footer>
    </body>
  </html>
`

const foot = (texts: Texts, { name, phone }: Config['organization']): View =>
  phone === undefined
    ? html`<span>${texts.t('foot.help', { organization: name })}</span>`
    : html`<span>${texts.t('foot.help-phone', { organization: name, phone })}</span>`

/** Every language by its own name. Spec: consent §4 Languages */
const languageLinks = (self: string, texts: Texts): View => html`
  <nav aria-label=${texts.t('foot.language')}>
    <ul class="languages">
      ${languages.map(({ tag, name }) => {
        const here = tag === texts.locale
        const href = `${self}${self.includes('?') ? '&' : '?'}lang=${tag}`
        return html`<li><a href=${href} lang=${tag} hreflang=${tag} aria-current=${here ? 'true' : undefined}>${name}</a></li>`
      })}
    </ul>
  </nav>
`
