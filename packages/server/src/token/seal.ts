import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/** What a sealed text is bound to: the secret that opens it and the purpose it was sealed for. */
export type Seal = { readonly secret: string | Uint8Array; readonly purpose: string }

const nonceBytes = 12
const tagBytes = 16

/**
 * Text → base64url of nonce, ciphertext and tag. AES-256-GCM under a key derived from the secret for this one purpose, so
 * that a text sealed for one purpose never opens for another.
 */
export const sealText = (text: string, seal: Seal, nonce: Uint8Array): string => {
  const cipher = createCipheriv('aes-256-gcm', keyOf(seal), nonce)
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64url')
}

/** The text again. Throws when the secret or purpose is another, or a byte was changed. */
export const openText = (sealed: string, seal: Seal): string => {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(seal), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
}

const keyOf = ({ secret, purpose }: Seal): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32))
