import {
  createUser,
  formatUser,
  passwordText,
  setPassword,
  setUserState,
  signOutEverywhere,
  userDocument,
} from '@gatehouse/server/admin'
import { CliError } from './cli-error.ts'
import { type Call, type Command, outputOptions, word } from './command.ts'
import type { Commands } from './help.ts'
import { type Session, withServer } from './with-server.ts'
import type { World } from './world.ts'

const list: Command = {
  summary: 'List people.',
  usage: '',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async ({ env, show }) => {
      const users = await env.store.users.list({ limit: 10_000 })
      show(users.map(formatUser), {
        USERNAME: (user) => user.username,
        NAME: (user) => user.name,
        ROLE: (user) => user.role,
        'FHIR USER': (user) => user.fhir_user,
        STATE: (user) => user.state,
        SUBJECT: (user) => user.subject,
      })
    }),
}

const show: Command = {
  summary: 'Show one person.',
  usage: '<username>',
  options: outputOptions,
  run: (call, world) =>
    withServer(call, world, async (session) => session.showOne(formatUser(await named(word(call, 0), session)))),
}

/** People are typed by username; their subject is nothing anyone remembers. */
const named = async (username: string, { env }: Session) => {
  const user = await env.store.users.findByUsername(username)
  if (user === undefined)
    throw new CliError(`there is no user ${username}`, 'See `gatehouse users list`; names are case-sensitive.')
  return user
}

const add: Command = {
  summary: 'Add a person. With --password, the password is read from standard input.',
  usage: '<username> <name, quoted>',
  options: {
    ...outputOptions,
    role: { kind: 'text', about: 'patient, proxy or practitioner (default: patient)' },
    'fhir-user': { kind: 'text', about: 'their own FHIR resource, like Patient/123' },
    patients: { kind: 'text', about: 'ids of patients they may choose, separated by spaces' },
    password: { kind: 'flag', about: 'read a password from standard input' },
  },
  run: async (call, world) => {
    const document = userDocument.safeParse({
      username: word(call, 0),
      name: word(call, 1),
      role: call.text('role') ?? 'patient',
      fhir_user: call.text('fhir-user'),
      patients: call.text('patients')?.split(/\s+/) ?? [],
    })
    if (!document.success)
      throw new CliError(
        document.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
        'See `gatehouse help users add`.',
      )
    const password = call.flag('password') ? await readPassword(world) : undefined
    return withServer(call, world, async ({ env, operator, showOne }) =>
      showOne(formatUser(await createUser({ document: document.data, password, operator }, env))),
    )
  },
}

/** Never an argument: arguments stand in the process list and in the shell's history. */
const readPassword = async ({ terminal }: World): Promise<string> => {
  const parsed = passwordText.safeParse(await terminal.readInput())
  if (parsed.success) return parsed.data
  throw new CliError(
    'the password must have 8 to 200 characters',
    'Pipe it in: printf %s "$PASSWORD" | gatehouse users …',
  )
}

type Act = (session: Session, subject: string) => Promise<object>

const change = (summary: string, act: (call: Call, world: World) => Promise<Act>): Command => ({
  summary,
  usage: '<username>',
  options: outputOptions,
  run: async (call, world) => {
    const run = await act(call, world)
    return withServer(call, world, async (session) => {
      const { subject } = await named(word(call, 0), session)
      session.showOne(await run(session, subject))
    })
  },
})

const setState = (state: 'active' | 'disabled', summary: string): Command =>
  change(
    summary,
    async () =>
      async ({ env, operator }, subject) =>
        formatUser(await setUserState({ subject, state, operator }, env)),
  )

/** `gatehouse users …` */
export const userCommands: Commands = {
  'users list': list,
  'users show': show,
  'users add': add,
  'users password': change('Set a password, read from standard input; every session ends.', async (_call, world) => {
    const password = await readPassword(world)
    return async ({ env, operator }, subject) => formatUser(await setPassword({ subject, password, operator }, env))
  }),
  'users disable': setState('disabled', 'Stop a person signing in, and every app acting for them.'),
  'users enable': setState('active', 'Let a person sign in again.'),
  'users sign-out': change('End every session of a person.', async () => async ({ env, operator }, subject) => ({
    sessions_ended: await signOutEverywhere({ subject, operator }, env),
  })),
}
