import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/**
 * Which URLs and addresses we may contact on behalf of someone else: a client's keys, its logo, a partner. Anyone who can
 * register a client can make us fetch a URL, so by default only public addresses on https are reached. The rules are pure;
 * whoever opens the connection asks `isAllowedAddress` about the very address it then connects to, so that a name cannot
 * answer with one address when it is checked and with another when it is used.
 */

/** Exceptions for hosts of our own network. */
export const outboundSettings = z
  .strictObject({
    /** Host names, addresses or ranges (`10.1.0.0/16`) that may be contacted although they are not public. */
    allow: z.array(z.string().min(1).refine(isHostOrRange, 'must be a host name, an address or a range')).default([]),
  })
  .prefault({})

/** Lets any address and plain http through. A symbol, so that no configuration file can ask for it. */
export const allowAnyDestination = Symbol('allowAnyDestination')

/** The exceptions in force. */
export type OutboundRules = {
  readonly allow: readonly string[]
  readonly [allowAnyDestination]?: true
}

/** Why a destination is refused; `allowed` still needs its address checked when the connection is made. */
export type DestinationAnswer = 'allowed' | 'scheme' | 'credentials' | 'port' | 'host' | 'address'

/** Names that never leave a machine or a local network, whatever a resolver says. */
const localNames = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa|onion|invalid)$/

/** Public ranges that answer inside a cloud: Azure's host agent. The other metadata addresses are private ranges anyway. */
const cloudAddresses = new Set(['168.63.129.16'])

/** Decides about a URL before anything is looked up. The URL parser has already turned `0x7f.1` and `2130706433` into 127.0.0.1. */
export const checkDestination = (url: URL, rules: OutboundRules): DestinationAnswer => {
  if (rules[allowAnyDestination]) return 'allowed'
  if (url.protocol !== 'https:') return 'scheme'
  if (url.username !== '' || url.password !== '') return 'credentials'
  const host = hostOf(url)
  if (isExempt(host, rules)) return 'allowed'
  const port = url.port === '' ? 443 : Number(url.port)
  if (port !== 443 && port < 1024) return 'port'
  if (ipaddr.isValid(host)) return isAllowedAddress(host, rules) ? 'allowed' : 'address'
  return localNames.test(host) || !host.includes('.') ? 'host' : 'allowed'
}

/** Whether a connection to this address may be made for a host that is not exempt. */
export const isAllowedAddress = (address: string, rules: OutboundRules): boolean =>
  rules[allowAnyDestination] === true || (ipaddr.isValid(address) && (isPublic(address) || isExempt(address, rules)))

/** Whether the host itself is among the exceptions, by name, address or range. */
export const isExempt = (host: string, { allow }: OutboundRules): boolean =>
  allow.some((entry) => entry.toLowerCase() === host || isInRange(host, entry))

/** Host name or address as it is compared: lower case, no brackets, no closing dot. */
export const hostOf = (url: URL): string =>
  url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

/** Public means: unicast and routed on the Internet; a mapped or translated IPv4 address is judged by what it stands for. */
const isPublic = (text: string): boolean => {
  const address = ipaddr.parse(text)
  if (address.kind() === 'ipv4') return address.range() === 'unicast' && !cloudAddresses.has(address.toString())
  const inner = embeddedAddress(address)
  if (inner !== undefined) return isPublic(inner)
  return address.range() === 'unicast' && isGlobalUnicast(address)
}

const isGlobalUnicast = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20

/** The IPv4 address inside `::ffff:a.b.c.d` or NAT64's `64:ff9b::a.b.c.d`, where the network would deliver it. */
const embeddedAddress = (address: ipaddr.IPv4 | ipaddr.IPv6): string | undefined =>
  address.range() === 'ipv4Mapped' || address.range() === 'rfc6052'
    ? address.toByteArray().slice(12).join('.')
    : undefined

const isInRange = (host: string, entry: string): boolean => {
  if (!ipaddr.isValid(host) || !ipaddr.isValidCIDR(entry)) return false
  const address = ipaddr.process(host)
  const [range, bits] = ipaddr.parseCIDR(entry)
  return address.kind() === range.kind() && address.match([range, bits] as [ipaddr.IPv4, number])
}

function isHostOrRange(text: string): boolean {
  return ipaddr.isValidCIDR(text) || ipaddr.isValid(text) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
}
