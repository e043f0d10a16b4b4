import { actOnGrant, formatGrant, type GrantAction, getGrant, listGrants } from '@gatehouse/server/admin'
import { CliError } from './cli-error.ts'
import { type Command, outputOptions, word } from './command.ts'
import type { Commands } from './help.ts'
import { formatTime } from './table.ts'
import { withServer } from './with-server.ts'

const list: Command = {
  summary: 'List what one person agreed to, or what one app was given.',
  usage: '',
  options: {
    ...outputOptions,
    user: { kind: 'text', about: 'the username of the person' },
    client: { kind: 'text', about: 'the id of the app' },
  },
  run: (call, world) =>
    withServer(call, world, async ({ env, show }) => {
      const username = call.text('user')
      const subject = username === undefined ? undefined : (await env.store.users.findByUsername(username))?.subject
      if (username !== undefined && subject === undefined)
        throw new CliError(`there is no user ${username}`, 'See `gatehouse users list`.')
      if ((username === undefined) === (call.text('client') === undefined))
        throw new CliError('grants list needs --user or --client', 'Type: gatehouse grants list --user <username>')
      const grants = await listGrants({ subject, client_id: call.text('client') }, env)
      show(grants.map(formatGrant), {
        ID: (grant) => grant.id,
        APP: (grant) => grant.client_id,
        SUBJECT: (grant) => grant.subject,
        STATE: (grant) => [grant.state, grant.state_reason ?? []].flat().join(': '),
        'LAST USED': (grant) => formatTime(grant.last_used_at),
        ENDS: (grant) => formatTime(grant.ends_at),
        SCOPE: (grant) => grant.scope,
      })
    }),
}

const show: Command = {
  summary: 'Show one grant.',
  usage: '<grant id>',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, showOne }) => showOne(formatGrant(await getGrant(word(call, 0), env)))),
}

const act = (action: GrantAction, summary: string): Command => ({
  summary,
  usage: '<grant id>',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, operator, showOne }) =>
      showOne(formatGrant(await actOnGrant({ id: word(call, 0), action, operator }, env))),
    ),
})

/** `gatehouse grants …` */
export const grantCommands: Commands = {
  'grants list': list,
  'grants show': show,
  'grants revoke': act('revoke', 'End access for good; the app must ask the person again.'),
  'grants suspend': act('suspend', 'Pause access; the app keeps its refresh token for later.'),
  'grants resume': act('resume', 'Let a paused grant work again.'),
}
