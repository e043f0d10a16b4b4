/**
 * Parts both demo apps share: configuration, page pieces, FHIR in words, charts. Everything about access comes from
 * `@gatehouse/client`; nothing here knows about tokens.
 */

/** What the sandbox knows about an app when it builds it. */
export type AppConfig = {
  readonly fhirBase: string
  readonly clientId: string
  readonly scope: string
  readonly redirectUri: string
  /** Name of the organization behind the server, for the people who read the page. */
  readonly serverName?: string
}

declare global {
  /** Put in by `build.ts` as a constant of the bundle. */
  var appConfig: AppConfig
}
