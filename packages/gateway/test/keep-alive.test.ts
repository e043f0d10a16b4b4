import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openFixture } from './fixture.ts'

test('a connection that is kept carries nothing from one request to the next', async () => {
  const { app } = openFixture()
  const sockets: Socket[] = []
  app.server.on('connection', (socket: Socket) => sockets.push(socket))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async (): Promise<number> => {
    const [response] = await once(get({ port, agent, path: '/fhir/Patient/A' }), 'response')
    await once(response.resume(), 'end')
    return sockets[0]?.listenerCount('close') ?? 0
  }
  const afterFirst = await ask()
  for (let round = 0; round < 10; round++) await ask()
  expect(sockets).toHaveLength(1)
  expect(await ask()).toBe(afterFirst)
  agent.destroy()
  await app.close()
})
