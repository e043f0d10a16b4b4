import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { CaseContext, ContractCase } from './case.ts'
import { consentOf, freshCode, fullGrant } from './records.ts'

const isGrantCut = async ({ store, id, now }: CaseContext, issuedAt = now): Promise<boolean> =>
  store.tokens.isCut({ jti: id('jti'), grantId: id('grant'), clientId: id('client'), issuedAt })

/** The durable agreements and what was seen and chosen. */
export const grantContract: readonly ContractCase[] = [
  {
    title: 'grant, code and consent record are created together and come back as saved',
    run: async (context) => {
      const { store, id, now } = context
      const grant = fullGrant(context)
      await store.grants.createWithCode(grant, freshCode(context, grant), consentOf(grant, now))
      deepEqual(await store.grants.find(grant.id), grant)
      deepEqual(await store.grants.findConsent(id('grant-consent')), consentOf(grant, now))
      deepEqual(await store.grants.listConsents(grant.subject), [consentOf(grant, now)])
      equal(await store.grants.find(id('nothing')), undefined)
      equal(await store.grants.findConsent(id('nothing')), undefined)
    },
  },
  {
    title: 'none of the three exists when one cannot be created',
    run: async (context) => {
      const { store, id, now } = context
      const first = fullGrant(context, 'first')
      await store.grants.createWithCode(first, freshCode(context, first), consentOf(first, now))
      const second = fullGrant(context, 'second')
      await rejects(store.grants.createWithCode(second, freshCode(context, second), consentOf(second, now)))
      equal(await store.grants.find(second.id), undefined)
      equal(await store.grants.findConsent(id('second-consent')), undefined)
    },
  },
  {
    title: 'grants are listed by person and by app, and by state',
    run: async (context) => {
      const { store, id, now } = context
      const names = ['g1', 'g2', 'g3']
      for (const name of names) await store.grants.create(fullGrant(context, name))
      await store.grants.end(id('g2'), { state: 'revoked', reason: 'user' }, now)
      await store.grants.touch(id('g3'), now + 9)
      await store.grants.touch(id('g3'), now + 4)
      const bySubject = await store.grants.listBySubject(id('subject'))
      deepEqual(
        bySubject.map((grant) => grant.id),
        ['g3', 'g1', 'g2'].map(id),
      )
      equal(bySubject[0]?.lastUsedAt, now + 9)
      const live = await store.grants.listBySubject(id('subject'), { clientId: id('client') })
      deepEqual(
        live.map((grant) => grant.id),
        ['g3', 'g1'].map(id),
      )
      deepEqual(await store.grants.listBySubject(id('subject'), { clientId: id('other') }), [])
      equal((await store.grants.listByClient(id('client'))).length, 3)
      const revoked = await store.grants.listByClient(id('client'), 'revoked')
      deepEqual(
        revoked.map((grant) => [grant.id, grant.stateReason]),
        [[id('g2'), 'user']],
      )
    },
  },
  {
    title: 'TOK-40 ending a grant is final, happens once and cuts what was issued',
    run: async (context) => {
      const { store, id, now } = context
      await store.grants.create(fullGrant(context))
      equal(await isGrantCut(context), false)
      equal(await store.grants.end(id('grant'), { state: 'revoked', reason: 'user' }, now), true)
      equal(await store.grants.end(id('grant'), { state: 'expired', reason: 'end-date' }, now), false)
      equal(await store.grants.suspend(id('grant'), 'identity', now), false)
      equal(await store.grants.resume(id('grant'), {}, now), false)
      equal(await store.grants.narrow(id('grant'), { scope: { from: fullGrant(context).scope, to: '' } }, now), false)
      equal((await store.grants.find(id('grant')))?.state, 'revoked')
      equal(await isGrantCut(context), true)
    },
  },
  {
    title: 'THR-36 a suspended grant cuts what was issued; resumed, it may issue anew and older tokens stay cut',
    run: async (context) => {
      const { store, id, now } = context
      await store.grants.create(fullGrant(context))
      equal(await store.grants.suspend(id('grant'), 'unused', now), true)
      equal(await store.grants.suspend(id('grant'), 'unused', now), false)
      const suspended = await store.grants.find(id('grant'))
      deepEqual([suspended?.state, suspended?.stateReason], ['suspended', 'unused'])
      const changes = { snapshot: { domain: 'new.example' }, consentId: id('again'), scope: 'patient/*.r' }
      equal(await store.grants.resume(id('grant'), changes, now + 60), true)
      equal(await store.grants.resume(id('grant'), changes, now + 60), false)
      deepEqual(await store.grants.find(id('grant')), { ...fullGrant(context), ...changes, lastUsedAt: now + 60 })
      deepEqual([await isGrantCut(context, now), await isGrantCut(context, now + 1)], [true, false])
    },
  },
  {
    title: 'a grant is narrowed in scope or end, never given a later end, and cut by it',
    run: async (context) => {
      const { store, id, now } = context
      const grant = fullGrant(context)
      await store.grants.create(grant)
      equal(await store.grants.narrow(id('grant'), { endsAt: (grant.endsAt ?? 0) + 1 }, now), false)
      equal(await isGrantCut(context), false)
      const to = 'patient/Observation.r'
      equal(await store.grants.narrow(id('grant'), { scope: { from: 'read/before.r', to } }, now), false)
      equal(await store.grants.narrow(id('grant'), { scope: { from: grant.scope, to } }, now), true)
      equal(await store.grants.narrow(id('grant'), { endsAt: now + 100 }, now), true)
      const narrowed = await store.grants.find(id('grant'))
      deepEqual([narrowed?.scope, narrowed?.endsAt], ['patient/Observation.r', now + 100])
      equal(await isGrantCut(context), true)
    },
  },
]
