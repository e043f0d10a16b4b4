import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Config } from './config.ts'
import { isObject, type Json, parseJson } from './fhir/json.ts'

/**
 * Links that only the gateway can make and read: page links and bulk links are AES-256-GCM over what they lead to and whom
 * they were made for. The key id stands in clear so that two keys can be valid while they rotate. Spec: THR-32, GW-25
 */
export type Sealing = { readonly keys: Config['linkKeys']; readonly random: (bytes: number) => Uint8Array }

const form = /^([\w-]{1,16})\.([A-Za-z0-9_-]+)$/

/** A value and the purpose it is for → text that can stand in a URL. */
export const seal = (purpose: string, value: Json, { keys, random }: Sealing): string => {
  const [key] = keys
  if (key === undefined) throw new Error('no link key')
  const iv = random(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.key, 'base64url'), iv).setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([
    iv,
    cipher.update(padded(JSON.stringify(value)), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return `${key.id}.${sealed.toString('base64url')}`
}

/** Whole blocks of 256 characters: how far into the upstream's data a link leads must not show in its length. */
const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 256) * 256)

/** What a sealed text says; `undefined` when it is broken, of an unknown key, or for another purpose. Total. */
export const unseal = (purpose: string, text: string, keys: Sealing['keys']): Json | undefined => {
  const [, id, body = ''] = form.exec(text) ?? []
  const key = keys.find((each) => each.id === id)
  const bytes = Buffer.from(body, 'base64url')
  if (key === undefined || bytes.length < 29) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key.key, 'base64url'), bytes.subarray(0, 12))
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-16))
    const value = parseJson(
      Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8'),
    )
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
