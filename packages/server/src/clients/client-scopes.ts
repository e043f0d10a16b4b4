/**
 * Scopes of our own vocabulary, which a client holds by itself and no person can give: what it may do at this server.
 */

/** Lets a resource server ask about tokens of any client and follow the revocation feed. Spec: TI-11, SC-31 */
export const resourceServerScope = 'https://gatehouse.dev/codes/resource-server'

/** Lets a registrar of the operator's register apps that work at once: the initial access token of RFC 7591. Spec: SC-31 */
export const registrarScope = 'https://gatehouse.dev/codes/register'

/** The one power of a token with which an app registers one device; never granted, only made. Spec: TOK-30 */
export const deviceScope = 'https://gatehouse.dev/codes/register-device'

/** Lets an EHR record launches for its users. Spec: AL-27, SC-31 */
export const launchScope = 'https://gatehouse.dev/codes/launch'
