/**
 * A vault that opens only with the person's passkey: fingerprint, face or PIN, by WebAuthn's PRF extension. For apps that are
 * used only with the person present. Own entry point, `@gatehouse/client/unlock`.
 *
 * The key is computed inside the authenticator and never stored: whoever copies the records has nothing.
 */
import { SmartError } from './errors.ts'
import type { Platform, Vault } from './platform.ts'
import { isObject } from './suspension.ts'

/** Who the passkey is for, as the platform's own dialog shows it. */
export type Enrolment = { readonly userName: string; readonly displayName: string }

/** A vault that asks for the person once per page, and forgets the key on `lock()`. */
export type UnlockVault = Vault & {
  /** True when a passkey was made here before. */
  readonly enrolled: () => Promise<boolean>
  /** Makes the passkey; call it from a click. Throws `unlock-failed` where the device has no PRF. */
  readonly enrol: (who: Enrolment) => Promise<void>
  /** Forgets the key in memory: the next use asks again. */
  readonly lock: () => void
}

type Passkey = { readonly credential: Uint8Array<ArrayBuffer>; readonly salt: Uint8Array<ArrayBuffer> }

type Passkeys = { readonly credentials: CredentialsContainer; readonly random: Platform['random'] }

/** Where the passkey's id and salt are kept; neither is secret. */
const passkeyPlace = 'unlock.passkey'
const info = new TextEncoder().encode('@gatehouse/client refresh token')

/**
 * Wraps a platform's vault with the page's passkeys (`navigator.credentials`). Everything is sealed with AES-GCM under a key derived (HKDF-SHA-256) from the passkey's PRF
 * output; reading or writing asks for the person if the key is not in memory. Throws `unlock-failed` when the person
 * declines, `locked` before `enrol`.
 *
 * Spec: SDK-21
 */
export function unlockVault(
  { vault, random }: Pick<Platform, 'vault' | 'random'>,
  credentials: CredentialsContainer,
): UnlockVault {
  const passkeys: Passkeys = { credentials, random }
  let unlocked: Promise<CryptoKey> | undefined
  const unlock = (): Promise<CryptoKey> => {
    unlocked ??= findPasskey(vault).then((passkey) => {
      if (passkey === undefined) throw new SmartError('locked', 'No passkey has been made for this app on this device')
      return deriveKey(passkey, passkeys)
    })
    unlocked.catch(() => {
      unlocked = undefined
    })
    return unlocked
  }
  return {
    enrolled: async () => (await findPasskey(vault)) !== undefined,
    enrol: async (who) => {
      const passkey = await makePasskey(who, passkeys)
      unlocked = deriveKey(passkey, passkeys)
      await unlocked
      await vault.write(passkeyPlace, { credential: toText(passkey.credential), salt: toText(passkey.salt) })
    },
    lock: () => {
      unlocked = undefined
    },
    read: async (name) => {
      const kept = await vault.read(name)
      return kept === undefined ? undefined : open(await unlock(), name, kept)
    },
    write: async (name, record) => vault.write(name, await seal(await unlock(), { name, record, iv: random(12) })),
    remove: vault.remove,
    list: async (prefix) => (await vault.list(prefix)).filter((name) => name !== passkeyPlace),
  }
}

async function findPasskey(vault: Vault): Promise<Passkey | undefined> {
  const kept = await vault.read(passkeyPlace)
  if (!isObject(kept) || typeof kept.credential !== 'string' || typeof kept.salt !== 'string') return undefined
  return { credential: toBytes(kept.credential), salt: toBytes(kept.salt) }
}

/** The platform dialog's own text is all the person sees; the challenge is not checked by anyone, so any bytes do. */
async function makePasskey(who: Enrolment, { credentials, random }: Passkeys): Promise<Passkey> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: random(32),
    rp: { name: who.displayName },
    user: { id: random(16), name: who.userName, displayName: who.displayName },
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -257 },
    ],
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    extensions: { prf: {} },
  }
  const made = await credentials.create({ publicKey }).catch(declined)
  if (!(made instanceof PublicKeyCredential) || made.getClientExtensionResults().prf?.enabled !== true) {
    throw new SmartError('unlock-failed', 'This device’s passkeys cannot derive keys (no PRF extension)')
  }
  return { credential: new Uint8Array(made.rawId), salt: random(32) }
}

async function deriveKey({ credential, salt }: Passkey, { credentials, random }: Passkeys): Promise<CryptoKey> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: random(32),
    allowCredentials: [{ type: 'public-key', id: credential }],
    userVerification: 'required',
    extensions: { prf: { eval: { first: salt } } },
  }
  const got = await credentials.get({ publicKey }).catch(declined)
  const first = got instanceof PublicKeyCredential ? got.getClientExtensionResults().prf?.results?.first : undefined
  if (first === undefined) throw new SmartError('unlock-failed', 'The passkey gave no key')
  const material = await crypto.subtle.importKey('raw', first, 'HKDF', false, ['deriveKey'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return crypto.subtle.deriveKey(hkdf, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

function declined(): never {
  throw new SmartError('unlock-failed', 'The person did not unlock the app')
}

type Sealing = { readonly name: string; readonly record: unknown; readonly iv: Uint8Array<ArrayBuffer> }

const bound = (name: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(name),
})

async function seal(key: CryptoKey, { name, record, iv }: Sealing): Promise<object> {
  const text = new TextEncoder().encode(JSON.stringify(record))
  const sealed = await crypto.subtle.encrypt(bound(name, iv), key, text)
  return { iv: toText(iv), sealed: toText(new Uint8Array(sealed)) }
}

/** A record under another key (an older passkey, another app's) is none of ours. */
async function open(key: CryptoKey, name: string, kept: unknown): Promise<unknown> {
  if (!isObject(kept) || typeof kept.iv !== 'string' || typeof kept.sealed !== 'string') return undefined
  const text = await crypto.subtle
    .decrypt(bound(name, toBytes(kept.iv)), key, toBytes(kept.sealed))
    .catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(new TextDecoder().decode(text))
}

const toText = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

const toBytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
