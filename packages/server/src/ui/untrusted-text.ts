/** Control characters, and those that change direction or hide: nothing a name needs. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

const longestName = 60

/**
 * A name an app gave itself, fit to stand on our page: normalized, on one line, without characters that hide or turn text
 * round, cut to what a heading holds. Markup is no danger: pages escape everything. Spec: CON-24, THR-13
 */
export const plainName = (text: string): string => {
  const clean = text
    .normalize('NFKC')
    .replace(/[\t\r\n\p{Zs}]+/gu, ' ')
    .replace(invisible, '')
    .trim()
  const letters = [...clean]
  return letters.length > longestName ? `${letters.slice(0, longestName - 1).join('')}…` : clean
}

const scripts = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Hebrew', 'Arabic'] as const

/**
 * Whether a word mixes alphabets whose letters look alike, as "Раypal" does: such a name is shown with a warning. Names that
 * put words of different alphabets side by side are fine. Spec: CON-24
 */
export const mixesScripts = (text: string): boolean =>
  text
    .normalize('NFKC')
    .split(/[^\p{L}\p{M}]+/u)
    .some((word) => scripts.filter((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(word)).length > 1)

/** The host of a URL in ASCII: a domain that imitates another shows what it is. Spec: AID-05, CON-24 */
export const asciiHost = (uri: string): string | undefined => {
  if (!URL.canParse(uri)) return undefined
  const { protocol, host } = new URL(uri)
  return /^https?:$/.test(protocol) && host !== '' ? host : undefined
}
