import { crc32 } from 'node:zlib'
import type { Env } from '../env.ts'

/**
 * From code to tokens, and their life: issuing, rotating, revoking, describing. This folder owns what a token is and the
 * keys that sign it; what was agreed is `grants/`, who may ask is `clients/`. This file owns the text of a refresh token.
 */

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * A refresh token `srt_<id>_<secret>_<crc>`: the fixed prefix and check sum let secret scanners find a leaked one without
 * false alarms, and let us turn away typing errors before the store is asked. Spec: IN-15
 */
export const newRefreshToken = (env: Pick<Env, 'random'>): string => {
  const random = env.random(44)
  const id = Array.from(random.subarray(0, 12), (byte) => base62[byte % 62]).join('')
  const body = `srt_${id}_${Buffer.from(random.subarray(12)).toString('base64url')}`
  return `${body}_${checksum(body)}`
}

/** Whether a text could be a refresh token of ours: form and check sum hold. It says nothing about validity. */
export const looksLikeRefreshToken = (text: string): boolean => {
  const parts = /^(srt_[0-9A-Za-z]{12}_[A-Za-z0-9_-]{43})_([0-9a-f]{8})$/.exec(text)
  return parts?.[1] !== undefined && checksum(parts[1]) === parts[2]
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')
