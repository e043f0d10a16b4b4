import { expect, test } from 'vitest'
import { isRegisteredRedirectUri } from './redirect-uri.ts'

const app = { redirectUris: ['https://app.example/callback'], auth: { method: 'none' } } as const
const native = {
  redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
  auth: { method: 'none' },
} as const
const secret = { ...native, auth: { method: 'client_secret_basic', secretHash: 'x' } } as const

test('AL-34 the registered redirect URI itself is accepted', () => {
  expect(isRegisteredRedirectUri(app, 'https://app.example/callback')).toBe(true)
})

test.each([
  'https://app.example/callback/',
  'https://app.example/callback/..',
  'https://app.example/other/../callback',
  'https://app.example//callback',
  'https://app.example/callback//evil.example',
  'https://app.example@evil.example/callback',
  'https://evil.example/https://app.example/callback',
  'https://app.example.evil.example/callback',
  'https://APP.example/callback',
  'HTTPS://app.example/callback',
  'https://app.example/Callback',
  'https://app.example/callbac%6b',
  'https://app.example/%2e/callback',
  'https://app.example/callback#fragment',
  'https://app.example/callback?extra=1',
  'https://app.example:443/callback',
  'https://app.example:8443/callback',
  'http://app.example/callback',
  'https://xn--pp-cja.example/callback',
  'https://аpp.example/callback',
  'https://app.example\\@evil.example/callback',
  ' https://app.example/callback',
  '//app.example/callback',
  'callback',
  '',
])('THR-01 %s is not the registered redirect URI', (asked) => {
  expect(isRegisteredRedirectUri(app, asked)).toBe(false)
})

test('IN-21 the port of a loopback redirect is free for a native app', () => {
  expect(isRegisteredRedirectUri(native, 'http://127.0.0.1:49152/callback')).toBe(true)
  expect(isRegisteredRedirectUri(native, 'http://[::1]:7/callback')).toBe(true)
})

test.each([
  'http://127.0.0.1:49152/other',
  'http://127.0.0.1:49152/callback?x=1',
  'http://127.0.0.1:49152/callback#x',
  'http://127.0.0.1:0/callback',
  'http://127.0.0.1:@evil.example/callback',
  'http://127.0.0.1.evil.example/callback',
  'http://localhost:49152/callback',
  'https://127.0.0.1:49152/callback',
])('THR-01 a free port frees nothing else: %s', (asked) => {
  expect(isRegisteredRedirectUri(native, asked)).toBe(false)
})

test('THR-01 a client with a secret runs on a server: its port is not free', () => {
  expect(isRegisteredRedirectUri(secret, 'http://127.0.0.1:49152/callback')).toBe(false)
  expect(isRegisteredRedirectUri(secret, 'http://127.0.0.1/callback')).toBe(true)
})
