/**
 * What is remembered between leaving for the authorization server and coming back. Pure.
 */
import type { Server } from './server.ts'
import { isObject } from './suspension.ts'

/** One launch on its way. Kept in the browser session under its `state`, taken once. Spec: SDK-01 */
export type LaunchRecord = {
  readonly kind: 'gatehouse-launch-1'
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly clientId: string
  readonly redirectUri: string
  /** What was asked for. */
  readonly scope: string
  readonly createdAt: number
  /** Endpoints as they were discovered before leaving; the answer is checked against these and no others. */
  readonly server: Server
  /** True when this launch asks for what a session lacks: its grant joins those the session has. */
  readonly joins: boolean
}

/** How long an answer may take: the person reads, perhaps signs in with a second factor. Spec: SDK-01 */
export const launchLife = 600

/** Reads back what `startLaunch` kept; anything else in that place is no record. */
export function parseLaunchRecord(value: unknown): LaunchRecord | undefined {
  return isObject(value) && value.kind === 'gatehouse-launch-1' ? (value as LaunchRecord) : undefined
}
