import { type KeyView, listKeys, rotateKeys } from '@gatehouse/server/admin'
import { type Command, outputOptions } from './command.ts'
import type { Commands } from './help.ts'
import { formatTime } from './table.ts'
import { type Session, withServer } from './with-server.ts'

const print = ({ show }: Session, keys: readonly KeyView[]): void =>
  show(keys, {
    KID: ({ kid }) => kid,
    ALG: ({ alg }) => alg,
    STATE: ({ state }) => state,
    'SIGNS FROM': (key) => formatTime(key.signs_from),
    'PUBLISHED UNTIL': (key) => formatTime(key.retired_at),
  })

const list: Command = {
  summary: 'List signing keys and how they stand.',
  usage: '',
  options: outputOptions,
  run: (call, world) => withServer(call, world, async (session) => print(session, await listKeys(session.env))),
}

const rotate: Command = {
  summary: 'Replace the signing keys now; tokens signed before stay valid.',
  usage: '',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async (session) => print(session, await rotateKeys(session.operator, session.env))),
}

/** `gatehouse keys …` */
export const keyCommands: Commands = { 'keys list': list, 'keys rotate': rotate }
