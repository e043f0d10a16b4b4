import { parseScope } from '@gatehouse/scopes'
import { type Finding, finding } from './codes.ts'

/** A JSON object that came from outside. */
export type Document = Readonly<Record<string, unknown>>

/** The faults of a SMART configuration that a reader can see without calling anything else. */
export const checkSmartConfiguration = (document: Document, url: string): readonly Finding[] => {
  const has = capabilityTest(document)
  const member = (name: string, needed: boolean): readonly Finding[] =>
    needed && document[name] === undefined ? [finding('discovery/member-missing', url, name)] : []
  return [
    ...member('token_endpoint', true),
    ...member('grant_types_supported', true),
    ...member('capabilities', true),
    ...member('authorization_endpoint', has('launch-ehr') || has('launch-standalone')),
    ...member('issuer', has('sso-openid-connect')),
    ...member('jwks_uri', has('sso-openid-connect')),
    ...checkAdvised(document, url),
    ...checkUrls(document, url),
    ...checkPkce(document, url),
    ...checkAsymmetric(document, url, has),
    ...(document.issuer !== undefined && !has('sso-openid-connect')
      ? [finding('discovery/issuer-superfluous', url)]
      : []),
    ...checkWords(document, url),
  ]
}

/** The texts of a member that should be a list of texts. */
export const textsOf = (document: Document, name: string): readonly string[] => {
  const value = document[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

const capabilityTest = (document: Document) => {
  const listed = new Set(textsOf(document, 'capabilities'))
  return (code: string): boolean => listed.has(code)
}

const advised = [
  'scopes_supported',
  'response_types_supported',
  'management_endpoint',
  'introspection_endpoint',
  'revocation_endpoint',
]

const checkAdvised = (document: Document, url: string): readonly Finding[] =>
  advised.filter((name) => document[name] === undefined).map((name) => finding('discovery/member-advised', url, name))

const isUrlMember = (name: string): boolean => name.endsWith('_endpoint') || name === 'jwks_uri' || name === 'issuer'

const checkUrls = (document: Document, url: string): readonly Finding[] =>
  Object.entries(document)
    .filter(([name]) => isUrlMember(name))
    .flatMap(([name, value]) => {
      if (typeof value !== 'string' || !URL.canParse(value))
        return [finding('discovery/url-relative', url, `${name}: ${String(value)}`)]
      const { protocol, hostname } = new URL(value)
      const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
      return protocol === 'https:' || local ? [] : [finding('discovery/url-insecure', url, `${name}: ${value}`)]
    })

const checkPkce = (document: Document, url: string): readonly Finding[] => {
  const methods = textsOf(document, 'code_challenge_methods_supported')
  return methods.includes('S256') && !methods.includes('plain')
    ? []
    : [finding('discovery/pkce', url, methods.length === 0 ? 'none listed' : methods.join(', '))]
}

const checkAsymmetric = (document: Document, url: string, has: (code: string) => boolean): readonly Finding[] => {
  if (!has('client-confidential-asymmetric')) return []
  const algorithms = textsOf(document, 'token_endpoint_auth_signing_alg_values_supported')
  const lacks = [
    ...(textsOf(document, 'token_endpoint_auth_methods_supported').includes('private_key_jwt')
      ? []
      : ['private_key_jwt']),
    ...(algorithms.includes('RS384') || algorithms.includes('ES384') ? [] : ['RS384 or ES384']),
  ]
  return lacks.map((lack) => finding('discovery/asymmetric', url, lack))
}

/** The codes of SMART App Launch 2.2. */
const smartCodes = new Set(
  `launch-ehr launch-standalone authorize-post client-public client-confidential-symmetric client-confidential-asymmetric
   sso-openid-connect context-banner context-style context-ehr-patient context-ehr-encounter context-standalone-patient
   context-standalone-encounter permission-offline permission-online permission-patient permission-user permission-v1
   permission-v2 smart-app-state`.split(/\s+/),
)

const checkWords = (document: Document, url: string): readonly Finding[] => [
  ...textsOf(document, 'capabilities')
    .filter((code) => !smartCodes.has(code) && !URL.canParse(code))
    .map((code) => finding('discovery/capability-unknown', url, code)),
  ...textsOf(document, 'scopes_supported')
    .filter((scope) => parseScope(scope).kind === 'malformed')
    .map((scope) => finding('discovery/scope-malformed', url, scope)),
]
