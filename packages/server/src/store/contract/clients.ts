import { deepEqual, equal } from 'node:assert/strict'
import type { Client } from '../../clients/client.ts'
import type { ContractCase } from './case.ts'
import { fullClient, fullGrant } from './records.ts'

const device = (client: Client, grantId: string, lastUsedAt: number): Client => ({
  ...client,
  device: { grantId, name: "Ana's iPhone", lastUsedAt },
})

/** Registered apps. */
export const clientContract: readonly ContractCase[] = [
  {
    title: 'a client comes back as it was saved, and a second of the same id is refused',
    run: async ({ store, id, now }) => {
      const client = fullClient(id('a'), now)
      equal(await store.clients.create(client), 'created')
      equal(await store.clients.create({ ...client, state: 'blocked' }), 'exists')
      deepEqual(await store.clients.find(client.id), client)
      equal(await store.clients.find(id('b')), undefined)
    },
  },
  {
    title: 'of two editors who read the same version one saves, even within one second',
    run: async ({ store, id, now }) => {
      const client = fullClient(id('a'), now)
      await store.clients.create(client)
      const saves = await Promise.all(
        ['Ana', 'Bo'].map((name) =>
          store.clients.save({ ...client, display: { name, contacts: [] }, updatedAt: now }, client.updatedAt),
        ),
      )
      deepEqual(saves.toSorted(), [false, true])
      const saved = await store.clients.find(client.id)
      equal(saved?.updatedAt, now + 1)
      equal(await store.clients.save(client, now), false)
    },
  },
  {
    title: 'clients are listed in order of id, page by page, and removed once',
    run: async ({ store, id, now }) => {
      const ids = ['a', 'b', 'c'].map(id)
      for (const clientId of ids.toReversed()) await store.clients.create(fullClient(clientId, now))
      const first = await store.clients.list({ after: id(''), limit: 2 })
      deepEqual(
        first.map((client) => client.id),
        ids.slice(0, 2),
      )
      const second = await store.clients.list({ after: id('b'), limit: 1 })
      deepEqual(
        second.map((client) => client.id),
        ids.slice(2),
      )
      equal(await store.clients.remove(id('a')), true)
      equal(await store.clients.remove(id('a')), false)
      equal(await store.clients.find(id('a')), undefined)
    },
  },
  {
    title: 'TOK-36 devices are listed by their grant, and their last use only moves forward',
    run: async ({ store, id, now }) => {
      const phone = device(fullClient(id('phone'), now), id('grant'), now)
      await store.clients.create(phone)
      await store.clients.create(device(fullClient(id('other'), now), id('other-grant'), now))
      await store.clients.touchDevice(phone.id, now + 5)
      await store.clients.touchDevice(phone.id, now + 3)
      deepEqual(await store.clients.listDevices(id('grant')), [device(phone, id('grant'), now + 5)])
    },
  },
  {
    title: 'TOK-35 devices go when they were not used for long or their grant has ended; others and apps stay',
    run: async (context) => {
      const { store, id, now } = context
      const longAgo = now - 1000
      for (const name of ['live', 'ended']) await store.grants.create(fullGrant(context, name))
      await store.grants.end(id('ended'), { state: 'revoked', reason: 'withdrawn_by_user' }, now)
      await store.clients.create({ ...fullClient(id('app'), longAgo), updatedAt: longAgo })
      await store.clients.create(device(fullClient(id('idle'), longAgo), id('live'), longAgo))
      await store.clients.create(device(fullClient(id('used'), longAgo), id('live'), now))
      await store.clients.create(device(fullClient(id('orphan'), now), id('ended'), now))
      const removed = await store.clients.removeDevices(now - 500)
      const ours = ['app', 'idle', 'used', 'orphan'].filter((name) => removed.includes(id(name)))
      deepEqual(ours, ['idle', 'orphan'])
      equal(await store.clients.find(id('idle')), undefined)
      equal((await store.clients.find(id('used')))?.id, id('used'))
    },
  },
]
