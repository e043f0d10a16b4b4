import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { ContractCase } from './case.ts'
import { freshSession, fullUser } from './records.ts'

/** People and their sessions. */
export const userContract: readonly ContractCase[] = [
  {
    title: 'a person is found by subject, username and upstream identity, as saved',
    run: async ({ store, id }) => {
      const user = fullUser(id('ana'))
      equal(await store.users.create(user), 'created')
      deepEqual(await store.users.find(user.subject), user)
      deepEqual(await store.users.findByUsername(user.username), user)
      deepEqual(await store.users.findByUpstream('https://idp.example', id('ana')), user)
      equal(await store.users.findByUpstream('https://other.example', id('ana')), undefined)
      equal(await store.users.findByUsername('nobody'), undefined)
    },
  },
  {
    title: 'a taken subject, username or upstream identity is refused and changes nothing',
    run: async ({ store, id }) => {
      const { upstream: _, ...local } = fullUser(id('ana'))
      equal(await store.users.create(fullUser(id('ana'))), 'created')
      equal(await store.users.create({ ...local, username: id('x') }), 'exists')
      equal(await store.users.create({ ...local, subject: id('x') }), 'exists')
      const sameUpstream = { ...fullUser(id('bo')), upstream: { issuer: 'https://idp.example', subject: id('ana') } }
      equal(await store.users.create(sameUpstream), 'exists')
      deepEqual(await store.users.find(id('ana')), fullUser(id('ana')))
    },
  },
  {
    title: 'two local people without upstream identity do not collide; saving changes, listing is in order',
    run: async ({ store, id }) => {
      const [ana, bo] = ['ana', 'bo'].map((name) => {
        const { upstream: _, ...local } = fullUser(id(name))
        return local
      })
      if (!ana || !bo) throw new Error('two people')
      await store.users.create(bo)
      await store.users.create(ana)
      equal(await store.users.save({ ...ana, state: 'disabled', name: 'Ana R.' }), true)
      equal(await store.users.save({ ...ana, subject: id('nobody') }), false)
      deepEqual(await store.users.list({ after: id(''), limit: 2 }), [
        { ...ana, state: 'disabled', name: 'Ana R.' },
        bo,
      ])
    },
  },
  {
    title: 'a name that no text can be is refused as malformed, not a fault of the store',
    run: async ({ store }) => {
      const find = async () => store.users.findByUsername('ana\0')
      await rejects(find(), { reason: 'request:malformed' })
      equal(await store.users.findByUsername("ana' OR '1'='1"), undefined)
      equal(await store.users.findByUsername('\ud800'), undefined)
    },
  },
  {
    title: 'of two editors of one person who read the same, one saves',
    run: async ({ store, id }) => {
      await store.users.create(fullUser(id('ana')))
      const read = await store.users.find(id('ana'))
      if (read === undefined) throw new Error('just created')
      const saves = ['A', 'B'].map((name) => store.users.save({ ...read, name }, read))
      deepEqual((await Promise.all(saves)).toSorted(), [false, true])
      equal(await store.users.save({ ...read, name: 'C' }, read), false)
    },
  },
  {
    title: 'a session lives until idle, its end, or sign-out',
    run: async ({ store, id, now }) => {
      const session = freshSession(id('s'), id('ana'), now)
      await store.sessions.create(session)
      deepEqual(await store.sessions.find(session.id, now + 1799), session)
      equal(await store.sessions.find(session.id, now + 1800), undefined)
      equal(await store.sessions.end(session.id, now + 10), true)
      equal(await store.sessions.end(session.id, now + 10), false)
      equal(await store.sessions.find(session.id, now), undefined)
    },
  },
  {
    title: 'activity moves a session forward, never backward, never beyond its end, never back to life',
    run: async ({ store, id, now }) => {
      await store.sessions.create({ ...freshSession(id('s'), id('ana'), now), endsAt: now + 2000 })
      const touched = await store.sessions.touch(id('s'), now + 600, now + 2400)
      deepEqual([touched?.lastActiveAt, touched?.idleEndsAt], [now + 600, now + 2000])
      const back = await store.sessions.touch(id('s'), now + 100, now + 1900)
      deepEqual([back?.lastActiveAt, back?.idleEndsAt], [now + 600, now + 2000])
      equal(await store.sessions.touch(id('s'), now + 2000, now + 4000), undefined)
      equal(await store.sessions.touch(id('nobody'), now, now + 1), undefined)
      equal(await store.sessions.find(id('s'), now + 2000), undefined)
    },
  },
  {
    title: 'TOK-43 signing out everywhere ends every session of one person only',
    run: async ({ store, id, now }) => {
      for (const name of ['s1', 's2']) await store.sessions.create(freshSession(id(name), id('ana'), now))
      await store.sessions.create(freshSession(id('s3'), id('bo'), now))
      equal(await store.sessions.endAll(id('ana'), now), 2)
      equal(await store.sessions.endAll(id('ana'), now), 0)
      equal(await store.sessions.find(id('s1'), now), undefined)
      equal((await store.sessions.find(id('s3'), now))?.id, id('s3'))
    },
  },
]
