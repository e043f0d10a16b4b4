import { expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { authorizeUrl, openClinic, signIn } from './people.ts'

const languageOf = (html: string): string => /<html lang="([^"]+)" dir="([^"]+)"/.exec(html)?.slice(1).join(' ') ?? ''

const first = async (accept: string, changes: Readonly<Record<string, string>> = {}) => {
  const { app } = await openClinic()
  const browser = openBrowser(app, { 'accept-language': accept })
  return { browser, page: await browser.open(authorizeUrl(changes)) }
}

test.each([
  ['es-MX,en;q=0.5', 'es ltr'],
  ['xx, fr;q=0.2, de;q=0.9', 'de ltr'],
  ['de;q=0, fr', 'fr ltr'],
  ['ar', 'ar rtl'],
  ['*', 'en ltr'],
  [';;;q=,,', 'en ltr'],
])('a browser that prefers %j gets %s', async (accept, language) => {
  const { page } = await first(accept)
  expect(languageOf(page.html)).toBe(language)
  expect([page.headers['content-language'], page.headers.vary]).toEqual([language.split(' ')[0], 'Accept-Language'])
})

test('ID-10 the app’s ui_locales come before the browser’s', async () => {
  const { page } = await first('fr', { ui_locales: 'xx vi de' })
  expect(languageOf(page.html)).toBe('vi ltr')
})

test('a person’s own choice comes first, stays, and keeps the page', async () => {
  const { browser, page } = await first('fr', { ui_locales: 'de' })
  const link = /<a href="([^"]*lang=ar)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const switched = await browser.open(link)
  expect([languageOf(switched.html), switched.url.href]).toEqual(['ar rtl', page.url.href])
  expect(languageOf((await signIn(browser, switched, 'ana')).html)).toBe('ar rtl')
})

test('an app cannot choose for the person: lang is no parameter of a request', async () => {
  const { browser, page } = await first('fr', { lang: 'ar' })
  expect(languageOf(page.html)).toBe('fr ltr')
  expect([...browser.cookies.keys()].some((name) => name.endsWith('-lang'))).toBe(false)
})

test('a language we do not have is ignored', async () => {
  const { browser, page } = await first('fr')
  expect(languageOf((await browser.open(`${page.url.href}&lang=../x`)).html)).toBe('fr ltr')
})

test('CON-14 the record keeps the language in which the person decided', async () => {
  const { app, env } = await openClinic()
  const browser = openBrowser(app, { 'accept-language': 'es' })
  const page = await signIn(browser, await browser.open(authorizeUrl()), 'ana')
  expect(page.html).toContain('quiere ver')
  await browser.send(page, { answer: 'share', scope: 'patient/Observation.rs' })
  const [record] = await env.store.grants.listConsents('sub-ana')
  expect(record?.locale).toBe('es')
})
