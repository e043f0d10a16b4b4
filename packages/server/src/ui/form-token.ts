import { createHmac } from 'node:crypto'
import type { Config } from '../config.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { deriveKey, sameSecret } from '../secret.ts'

/**
 * A token that a form carries and that is good for these facts only: name the page, the record and its version, and the
 * session. A version that moves with every answer makes it one-time without anything to store. Spec: CON-10, THR-14, THR-45
 */
export const formToken = (config: Config, ...facts: readonly (string | number | undefined)[]): string =>
  createHmac('sha256', deriveKey(config, 'form token')).update(JSON.stringify(facts)).digest('base64url')

/** Throws `request:form-expired` unless the form carries the token of these facts. */
export const checkFormToken = (sent: string | undefined, expected: string): void => {
  if (sent === undefined || !sameSecret(sent, expected))
    throw new OAuthError('request:form-expired', {
      description: 'This form was already used, or belongs to another sign-in. Open the page again.',
    })
}
