const longest = 80

/** Controls, format characters (bidi overrides, zero-width marks), lone surrogates, private use; and what opens markup. */
const unwanted = /[\p{C}<>]+/gu

/**
 * A name that came from outside, safe to stand in a sentence: NFC, no controls or direction overrides, no angle
 * brackets, single spaces, at most 80 characters. Empty if nothing is left.
 *
 * Spec: CON-24
 */
export const cleanText = (text: string): string => {
  const plain = text
    .slice(0, 20 * longest)
    .normalize('NFC')
    .replaceAll(unwanted, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim()
  const characters = Array.from(plain)
  return characters.length <= longest
    ? plain
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
}
