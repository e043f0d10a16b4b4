import { createCipheriv, createDecipheriv } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

/**
 * Text → base64url of nonce, ciphertext and tag (AES-256-GCM). The key is 32 bytes and made for one purpose, so that a text
 * sealed for one purpose never opens for another; the nonce is 12 fresh random bytes.
 */
export const sealText = (text: string, key: Uint8Array, nonce: Uint8Array): string => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64url')
}

/** The text again. Throws when the key is another, or a byte was changed. */
export const openText = (sealed: string, key: Uint8Array): string => {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
}
