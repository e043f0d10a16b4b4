import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import tls from 'node:tls'
import { allowAnyDestination } from '@gatehouse/server/outbound'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFetch, type ResolveName } from '../src/real-env/outbound.ts'

let server: Server
let port: number
let asked: string[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end()
    else if (request.url === '/large') response.end(Buffer.alloc(100_000))
    else if (request.url === '/silent') response.writeHead(200).write('x')
    else if (request.url === '/echo') request.pipe(response)
    else response.setHeader('x-twice', ['a', 'b']).end('secret')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const options = { timeoutSeconds: 2, maxBytes: 1000 }
const strict = { allow: [] }
const url = (path: string, host = '127.0.0.1') => new URL(`http://${host}:${port}${path}`)

describe('THR-21 what others make us fetch', () => {
  test('never reaches a private address, whatever the name, and the server behind it hears nothing', async () => {
    asked = []
    const resolveName: ResolveName = (_name, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }])
    const fetch = openFetch(strict, resolveName)
    for (const host of ['127.0.0.1', 'localhost', 'app.example', '[::ffff:127.0.0.1]'])
      await expect(fetch(new URL(`https://${host}:${port}/`), options)).rejects.toThrow('refused to contact')
    expect(asked).toEqual([])
  })

  test('a name that answers with a public and a private address is refused', async () => {
    const resolveName: ResolveName = (_name, answer) =>
      answer(null, [
        { address: '93.184.215.14', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ])
    await expect(openFetch(strict, resolveName)(new URL('https://app.example/'), options)).rejects.toThrow('not public')
  })

  test('rebinding gains nothing: the name is asked once for a connection, and that address is connected', async () => {
    const answers = ['127.0.0.1', '192.0.2.1']
    let questions = 0
    const resolveName: ResolveName = (_name, answer) =>
      answer(null, [{ address: answers[questions++] ?? '', family: 4 }])
    const fetch = openFetch({ allow: ['127.0.0.1'], [allowAnyDestination]: true }, resolveName)
    const { body } = await fetch(url('/', 'rebind.example'), options)
    expect([Buffer.from(body).toString(), questions]).toEqual(['secret', 1])
  })

  test('a range that the operator allows is reached by name; its neighbour is not', async () => {
    const resolveTo =
      (address: string): ResolveName =>
      (_name, answer) =>
        answer(null, [{ address, family: 4 }])
    const reach = (address: string) =>
      openFetch({ allow: ['127.0.0.0/24'] }, resolveTo(address))(new URL(`https://backend.example:${port}/`), options)
    await expect(reach('127.0.0.1')).rejects.not.toThrow('refused')
    await expect(reach('127.0.1.1')).rejects.toThrow('not public')
  })

  test("the operator's own URLs are reached wherever they are", async () => {
    const { body } = await openFetch(strict)(url('/'), { ...options, reach: 'configured' })
    expect(Buffer.from(body).toString()).toBe('secret')
  })
})

test('BS-05 no TLS older than 1.2 is spoken, whatever the process was started with', async () => {
  const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls
  Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' })
  const hellos: Buffer[] = []
  const listener = createTcpServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', (hello) => {
        hellos.push(hello)
        socket.destroy()
      })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port: tlsPort } = listener.address() as AddressInfo
  const fetch = openFetch({ allow: [], [allowAnyDestination]: true })
  await expect(fetch(new URL(`https://127.0.0.1:${tlsPort}/`), options)).rejects.toThrow()
  Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS })
  listener.close()
  const versions13And12 = Buffer.from('002b00050403040303', 'hex')
  expect(hellos[0]?.includes(versions13And12)).toBe(true)
})

describe('an answer', () => {
  const fetch = openFetch({ allow: [], [allowAnyDestination]: true })

  test('that redirects is returned, not followed', async () => {
    asked = []
    const { status, headers } = await fetch(url('/redirect'), options)
    expect([status, headers.get('location'), asked]).toEqual([302, '/secret', ['/redirect']])
  })

  test('that is too large is refused', async () => {
    await expect(fetch(url('/large'), options)).rejects.toThrow('larger than 1000 bytes')
  })

  test('that does not end is given up', async () => {
    await expect(fetch(url('/silent'), { ...options, timeoutSeconds: 0.2 })).rejects.toThrow()
  })

  test('comes with status, every header and body; a request body is sent', async () => {
    const { status, headers } = await fetch(url('/'), options)
    expect([status, headers.get('x-twice')]).toEqual([200, 'a, b'])
    const echoed = await fetch(url('/echo'), { ...options, method: 'POST', body: 'a=b' })
    expect(Buffer.from(echoed.body).toString()).toBe('a=b')
  })
})
