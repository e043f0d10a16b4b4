import { isResourceType } from '@gatehouse/scopes'
import { isObject } from './json.ts'
import { type LocationUrls, parseReference, type ReferenceText } from './reference.ts'

/** Where a body points, each once. `unclear` are texts that some server could read as a local reference and we cannot. */
export type BodyReferences = {
  readonly local: readonly Extract<ReferenceText, { kind: 'local' }>[]
  readonly conditional: readonly string[]
  readonly urn: readonly string[]
  readonly unclear: readonly string[]
}

/**
 * Everything a body points to: `reference` of every Reference, and the `url` of every attachment that is on this location. An
 * attachment counts because a document that points to a Binary is what opens the Binary. Spec: GW-16, THR-31
 */
export const referencesIn = (body: unknown, urls: LocationUrls): BodyReferences => {
  const texts = new Set<string>()
  collect(body, urls, texts)
  const found = [...texts].map((text) => ({ text, reference: parseReference(text, urls) }))
  return {
    local: found.flatMap(({ reference }) => (reference.kind === 'local' ? [reference] : [])),
    conditional: found.flatMap(({ text, reference }) => (reference.kind === 'conditional' ? [text] : [])),
    urn: found.flatMap(({ text, reference }) => (reference.kind === 'urn' ? [text] : [])),
    unclear: found.flatMap(({ text, reference }) =>
      reference.kind === 'elsewhere' && !isFarAway(text, urls) ? [text] : [],
    ),
  }
}

const collect = (value: unknown, urls: LocationUrls, texts: Set<string>): void => {
  if (Array.isArray(value)) for (const item of value) collect(item, urls, texts)
  if (!isObject(value)) return
  const { reference, url } = value
  if (typeof reference === 'string') texts.add(reference)
  if (typeof url === 'string' && isHere(url, urls)) texts.add(url)
  for (const name in value) collect(value[name], urls, texts)
}

/** A `url` is mostly not a reference (extensions, profiles): only one that names a resource of this location is. */
const isHere = (url: string, urls: LocationUrls): boolean => {
  const isOnUs = [urls.publicBase, urls.upstreamBase].some((each) => url.toLowerCase().startsWith(each.toLowerCase()))
  return isOnUs || isResourceType(/^\/?([A-Za-z]+)[/?]/.exec(url)?.[1] ?? '')
}

/** An absolute http(s) URL that cannot be meant for this location, however it is spelled. */
const isFarAway = (text: string, { publicBase, upstreamBase }: LocationUrls): boolean => {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  const ours = [publicBase, upstreamBase].map((each) => new URL(each).host)
  return !ours.includes(url.host)
}
