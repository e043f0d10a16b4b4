import { describe, expect, test } from 'vitest'
import { type Browser, openBrowser, type Visited } from './browser.ts'
import { authorizeUrl, type Clinic, openClinic, signIn } from './people.ts'

const fewTries = { config: { signIn: { attempts: 3 } } }

/** A browser at some address, on the sign-in page. */
const visitor = async ({ app }: Clinic, address: string): Promise<{ browser: Browser; page: Visited }> => {
  const browser = openBrowser(app, {}, address)
  return { browser, page: await browser.open(authorizeUrl()) }
}

const guess = async ({ browser, page }: { browser: Browser; page: Visited }): Promise<number> =>
  (await browser.send(page, { username: 'ana', password: 'no', answer: 'sign-in' })).status

const countOf = (statuses: readonly number[], status: number): number => statuses.filter((one) => one === status).length

describe('THR-39 guessing passwords', () => {
  test('THR-39 guesses sent at the same moment are no more than guesses sent one by one', async () => {
    const clinic = await openClinic()
    const guesser = await visitor(clinic, '192.0.2.1')
    const statuses = await Promise.all(Array.from({ length: 60 }, () => guess(guesser)))
    expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([8, 52])
  })

  test('THR-39 who guesses from one address locks that address only, for any spelling of the name', async () => {
    const clinic = await openClinic(fewTries)
    const guesser = await visitor(clinic, '192.0.2.1')
    for (let tries = 0; tries < 50; tries += 1) await guess(guesser)
    expect((await signIn(guesser.browser, guesser.page, 'ANA')).status).toBe(429)
    const owner = await visitor(clinic, '198.51.100.7')
    expect((await signIn(owner.browser, owner.page, 'ana')).url.pathname).toBe('/consent')
  })

  test('THR-39 many addresses together are stopped at ten times the number, and waiting helps', async () => {
    const clinic = await openClinic(fewTries)
    const statuses: number[] = []
    for (let host = 1; host <= 11; host += 1) {
      const guesser = await visitor(clinic, `192.0.2.${host}`)
      for (let tries = 0; tries < 3; tries += 1) statuses.push(await guess(guesser))
    }
    expect([countOf(statuses, 401), countOf(statuses.slice(30), 429)]).toEqual([30, 3])
    const owner = await visitor(clinic, '198.51.100.7')
    expect((await signIn(owner.browser, owner.page, 'ana')).status).toBe(429)
    clinic.env.clock.advance(clinic.env.config.signIn.attemptWindow + 1)
    expect((await signIn(owner.browser, owner.page, 'ana')).url.pathname).toBe('/consent')
  })

  test('THR-39 the right password takes its own try back, however often it is used', async () => {
    const clinic = await openClinic(fewTries)
    for (let times = 0; times < 5; times += 1) {
      const owner = await visitor(clinic, '198.51.100.7')
      expect((await signIn(owner.browser, owner.page, 'ana')).url.pathname).toBe('/consent')
    }
  })
})
