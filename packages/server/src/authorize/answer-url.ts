/**
 * A redirect URI with the answer in its query, the URI itself byte for byte as registered. Spaces become `%20`, which both
 * readings of a query understand. Spec: AL-47, AL-48, RFC 6749 §4.1.2
 */
export const answerUrl = (redirectUri: string, parameters: Readonly<Record<string, string>>): string => {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query.join('&')}`
}
