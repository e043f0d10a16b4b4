/** What kind of client registers the URI: an app that cannot keep a secret may be native, others live on https. */
export type UriOwner = 'public' | 'confidential'

/** Why a URI cannot be registered, in words for the app's developer. */
export type UriFlaw = string

const longest = 2000
const loopbackHosts = ['127.0.0.1', '[::1]', 'localhost']

/**
 * Whether a redirect URI may be registered: complete, in normal form, on https; http on a loopback host; or, for public
 * clients, a private-use scheme that is a domain turned round. Later it is compared as a string, so what is registered here
 * must have one reading only. `undefined` means it may.
 *
 * Spec: AL-18, AL-21, IN-21, RFC-02, THR-01
 */
export const redirectUriFlaw = (text: string, owner: UriOwner): UriFlaw | undefined => {
  const form = formFlaw(text)
  if (form !== undefined) return form
  const url = new URL(text)
  if (url.protocol === 'https:' || url.protocol === 'http:') return webFlaw(text, url)
  if (!/^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol))
    return 'a private-use scheme must be a domain name turned round, like org.example.app'
  return owner === 'public' ? undefined : 'a private-use scheme is for native apps, which are public clients'
}

/** The same for URIs a browser opens or we show: launch, logo, policy and home page. Spec: AL-20, IN-21 */
export const webUriFlaw = (text: string): UriFlaw | undefined => formFlaw(text) ?? webFlaw(text, new URL(text))

/** The same for URIs that we fetch: never a host of the client's choosing inside our network. Spec: CA-09, THR-21 */
export const fetchedUriFlaw = (text: string): UriFlaw | undefined =>
  formFlaw(text) ?? (new URL(text).protocol === 'https:' ? webFlaw(text, new URL(text)) : 'must be https')

const formFlaw = (text: string): UriFlaw | undefined => {
  if (text.length > longest) return `is longer than ${longest} characters`
  if (!/^[\x21-\x7e]+$/.test(text) || /[\\"<>^`{|}*]/.test(text)) return 'holds characters a URI has not, or a wildcard'
  if (!URL.canParse(text)) return 'is not an absolute URI'
  return text.includes('#') ? 'must have no fragment' : undefined
}

const webFlaw = (text: string, url: URL): UriFlaw | undefined => {
  if (url.protocol === 'http:' && !loopbackHosts.includes(url.hostname)) return 'must be https (http only on loopback)'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be https'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name'
  return url.href === text || url.href === `${text}/` ? undefined : `is not in normal form; write ${url.href}`
}
