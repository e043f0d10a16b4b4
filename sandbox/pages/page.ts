import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

/**
 * What people see of the sandbox itself: the start page with its three doors, the charts, the developer's page. Owns
 * layout and words. Pages work without scripts; the one script only lights up the drawing.
 */
export { html }

/** A piece of a page; everything put into it is escaped. */
export type View = VNode

/** A page: its title says where you are. */
export type Page = { readonly title: string; readonly main: View; readonly script?: string }

/** An answer of the sandbox's own pages. */
export type PageAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The hospital as pages name it. */
export const hospitalName = 'Riverbend General Hospital'

const layout = ({ title, main, script }: Page): View => html`
  <html lang="en" dir="ltr">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <link rel="icon" href="/sandbox/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/sandbox/style.css" />
      ${script === undefined ? null : html`<script type="module" src=${script}></script>`}
    </head>
    <body class="sandbox">
      <header class="top">
        <a class="brand" href="/"><img src="/sandbox/icon.svg" alt="" width="28" height="28" />Gatehouse sandbox</a>
        <nav aria-label="Doors">
          <a href="/">Start</a><a href="/ehr">Charts</a><a href="/developer">Developers</a>
        </nav>
      </header>
      <main id="main">${main}</main>
      <footer class="foot">
        ${hospitalName} and everybody in it are invented. Nothing here leaves this computer.
      </footer>
    </body>
  </html>
`

/** The whole page with the headers that keep it ours; `formTargets` are origins to which a form may lead. */
export function renderPage(page: Page, formTargets: readonly string[] = []): PageAnswer {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy.join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    },
    body: `<!doctype html>${renderToString(layout(page))}`,
  }
}
