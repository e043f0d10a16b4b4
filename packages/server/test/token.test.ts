import { expect, test } from 'vitest'
import { aGrant, newCode, tokenWorld } from './token-world.ts'

test('AL-59 AL-60 AL-61 AL-62 AL-64 AL-68 AL-70 AL-71 a code is redeemed for tokens, never cached', async () => {
  const { env, redeem } = await tokenWorld()
  const answer = await redeem(await newCode(env))
  expect(answer.statusCode).toBe(200)
  expect([answer.headers['cache-control'], answer.headers.pragma]).toEqual(['no-store', 'no-cache'])
  expect(answer.json()).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    scope: aGrant.scope,
    id_token: expect.any(String),
    refresh_token: expect.stringMatching(/^srt_/),
    patient: 'p1',
    need_patient_banner: true,
  })
})
