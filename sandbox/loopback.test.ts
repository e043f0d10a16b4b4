import { request } from 'node:http'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { checkPorts, listenOnLoopback, PortTaken } from './loopback.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const status = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })

test('what listens is reached as localhost and by no other name', async () => {
  const port = await freePort()
  const listening = await listenOnLoopback(port, (_request, response) => void response.end('here'))
  expect(await status(port, `localhost:${port}`)).toBe(200)
  expect(await status(port, `127.0.0.1:${port}`)).toBe(200)
  expect(await status(port, 'attacker.example')).toBe(421)
  expect(await status(port, `attacker.example:${port}`)).toBe(421)
  await listening.close()
})

test('a port that another program holds is named', async () => {
  const port = await freePort()
  await checkPorts([port])
  const listening = await listenOnLoopback(port, (_request, response) => void response.end())
  await expect(checkPorts([port])).rejects.toEqual(new PortTaken(port))
  await listening.close()
})
