/**
 * Search values: `,` `|` `$` separate, `\` takes their meaning away. Splitting happens on the escaped text and unescaping on
 * the parts, so a client's comma can never become a separator of ours, nor the reverse. Spec: GW-09
 */
export const splitValue = (text: string, separator: ',' | '|' | '$'): readonly string[] => {
  if (!text.includes(separator)) return [text]
  const parts: string[] = ['']
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '\\') {
      parts.push(`${parts.pop() ?? ''}${char}${text.charAt(at + 1)}`)
      at += 1
    } else if (char === separator) parts.push('')
    else parts.push(`${parts.pop() ?? ''}${char}`)
  }
  return parts
}

/** The value that an escaped text stands for; `undefined` for a lone backslash or an unknown escape. */
export const unescapeValue = (text: string): string | undefined => {
  if (!text.includes('\\')) return text
  if (/\\(?![,|$\\])/.test(text.replace(/\\\\/g, ''))) return undefined
  return text.replace(/\\([,|$\\])/g, '$1')
}

/** A value → text that no separator can split. */
export const escapeValue = (value: string): string => value.replace(/[\\,|$]/g, (char) => `\\${char}`)
