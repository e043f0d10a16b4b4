import type { Page } from 'playwright-core'
import type { SandboxUser } from './sandbox-process.ts'

/** What someone does on the server's pages. `answer` is the button of the consent page. */
export type Intentions = {
  readonly user: SandboxUser
  /** Whose record, where the server asks. */
  readonly patient?: string
  /** Whether the app may come back without the person. */
  readonly offline?: boolean
  readonly answer?: 'share' | 'deny'
  /** Called on every page before it is answered, with its heading. */
  readonly onPage?: (page: Page, heading: string) => Promise<void>
}

/**
 * Goes from page to page as a person would, until the browser is back at the app: signs in, chooses the patient, answers.
 * Returns the headings it met, in order.
 */
export const goThrough = async (page: Page, issuer: string, intentions: Intentions): Promise<readonly string[]> => {
  const seen: string[] = []
  while (page.url().startsWith(`${issuer}/`)) {
    const heading = (await page.locator('h1').first().textContent())?.trim() ?? ''
    seen.push(heading)
    await intentions.onPage?.(page, heading)
    if (seen.length > 10) throw new Error(`going round in circles: ${seen.join(' → ')}`)
    await Promise.all([page.waitForEvent('framenavigated'), answerPage(page, intentions)])
    await page.waitForLoadState('load')
  }
  return seen
}

const answerPage = async (
  page: Page,
  { user, patient, offline = false, answer = 'share' }: Intentions,
): Promise<void> => {
  if ((await page.locator('#password').count()) > 0) {
    await page.fill('#username', user.username)
    await page.fill('#password', user.password)
    return page.click('button[value="sign-in"]')
  }
  const choices = page.locator('button[name="choice"]')
  if ((await choices.count()) > 0) {
    const chosen = patient === undefined ? choices.first() : page.locator(`button[name="choice"][value="${patient}"]`)
    return chosen.click()
  }
  if (offline && (await page.locator('#offline').count()) > 0) await page.check('#offline')
  return page.locator(`button[value="${answer}"], button[value="continue"]`).first().click()
}
