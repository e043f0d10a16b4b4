import { type Command, configOption } from './command.ts'

/** `gatehouse serve`: the authorization server and the operators' listener, until the process is told to stop. */
export const serveCommand: Command = {
  summary: 'Run the authorization server.',
  usage: '',
  options: configOption,
  run: async (call, world) => {
    await world.serve(call.text('config'))
    return 0
  },
}
