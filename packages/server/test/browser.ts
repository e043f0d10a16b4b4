import type { FastifyInstance } from 'fastify'
import { testIssuer } from './env.ts'

/** A page as a person meets it: where it is, what it says, and its forms. */
export type Visited = {
  readonly status: number
  readonly url: URL
  readonly html: string
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  /** Hidden fields of the first form on the page. */
  readonly fields: Readonly<Record<string, string>>
}

/** Names and values for a form; a list is a repeated name. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>

/** A browser without scripts: keeps cookies, follows redirects on our own origin, stops where they lead away. */
export type Browser = {
  readonly cookies: Map<string, string>
  readonly open: (url: string) => Promise<Visited>
  /** Sends the form of the page it is on: hidden fields and these values. */
  readonly send: (page: Visited, values: FormValues, path?: string) => Promise<Visited>
  readonly post: (url: string, values: FormValues) => Promise<Visited>
}

const encode = (values: FormValues): string =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  ).toString()

const decodeHtml = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')

const attribute = (tag: string, name: string): string =>
  decodeHtml(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')

const hiddenFields = (html: string): Readonly<Record<string, string>> => {
  const form = /<form method="post"[\s\S]*?<\/form>/.exec(html)?.[0] ?? ''
  const inputs = form.match(/<input type="hidden"[^>]*>/g) ?? []
  return Object.fromEntries(inputs.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]))
}

/** A fresh browser at this application, which sends these headers with every request, from this address. */
export const openBrowser = (
  app: FastifyInstance,
  own: Readonly<Record<string, string>> = {},
  remoteAddress = '127.0.0.1',
): Browser => {
  const cookies = new Map<string, string>()
  const keep = (header: string): void => {
    const [pair = '', ...rest] = header.split('; ')
    const [name = '', value = ''] = pair.split('=')
    if (rest.includes('Max-Age=0')) cookies.delete(name)
    else cookies.set(name, value)
  }
  const visit = async (target: string, form: FormValues | undefined): Promise<Visited> => {
    const url = new URL(target, testIssuer)
    if (url.origin !== testIssuer) return { status: 0, url, html: '', headers: {}, fields: {} }
    const answer = await app.inject({
      remoteAddress,
      method: form === undefined ? 'GET' : 'POST',
      url: `${url.pathname}${url.search}`,
      headers: {
        ...own,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { payload: encode(form) }),
    })
    for (const header of [answer.headers['set-cookie'] ?? []].flat()) keep(header)
    const { statusCode: status, headers, body: html } = answer
    if (headers.location !== undefined) return visit(headers.location, undefined)
    return { status, url, html, headers, fields: hiddenFields(html) }
  }
  return {
    cookies,
    open: (url) => visit(url, undefined),
    post: visit,
    send: (page, values, path) => visit(path ?? page.url.pathname, { ...page.fields, ...values }),
  }
}

/** Where the page offers to go back to the app. */
export const wayBack = ({ html }: Visited): URL =>
  new URL(attribute(/<a class="button"[^>]*>/.exec(html)?.[0] ?? '', 'href'))
