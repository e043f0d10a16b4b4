import { z } from 'zod'

/** An address and port to listen on. Port 0 takes any free port. */
const endpoint = (port: number) =>
  z.strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(port),
  })

/** Where the public application listens. TLS ends at the reverse proxy in front of it. */
export const listenSettings = endpoint(4000)
  .extend({
    /** Addresses or ranges of reverse proxies whose `X-Forwarded-For` is believed; from others it is ignored. */
    trustedProxies: z.array(z.string().min(1)).default([]),
    /** Whether these proxies verify TLS client certificates and pass them on in `Client-Cert` (RFC 9440). */
    clientCertificates: z.boolean().default(false),
  })
  .prefault({})

/** Where operators, monitoring and the admin API are served. Keep it inside your network. */
export const operatorListenSettings = endpoint(4009).prefault({})
