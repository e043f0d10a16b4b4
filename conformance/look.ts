import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const widths = { phone: { width: 320, height: 640 }, desktop: { width: 1200, height: 800 } } as const

/**
 * Looks at a page as people have it: on a phone of 320 px and on a desktop, each checked by axe-core (WCAG 2.2 A and AA, best
 * practice) and for text that runs out of the window. With `GATEHOUSE_SCREENSHOTS` (a folder) both views are saved there.
 */
export const lookAt = async (page: Page, name: string): Promise<void> => {
  for (const [width, size] of Object.entries(widths)) {
    await page.setViewportSize(size)
    expect(await violations(page), `${name} at ${size.width} px`).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${name} scrolls sideways at ${size.width} px`).toBeLessThanOrEqual(0)
    await savePicture(page, `${name}-${width}.png`, width === 'phone')
  }
}

/** A phone's page whole, a desktop's as far as it is seen at once. */
const savePicture = async (page: Page, file: string, fullPage: boolean): Promise<void> => {
  const folder = process.env.GATEHOUSE_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, file), fullPage, animations: 'disabled' })
}

/** Rule and place of everything axe finds. Its source is evaluated from outside, so the page's CSP stays as it is. */
const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { run } = (window as unknown as { axe: typeof axe }).axe
    const { violations } = await run(document)
    return violations.map(({ id, nodes }) => ({ id, places: nodes.map(({ target }) => target.join(' ')) }))
  })
  return found.map(({ id, places }) => `${id}: ${places.join(', ')}`)
}
