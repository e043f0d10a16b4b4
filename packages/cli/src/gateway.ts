import type { Command } from './command.ts'

/** `gatehouse gateway`: the enforcing gateway before a FHIR server, until the process is told to stop. */
export const gatewayCommand: Command = {
  summary: 'Run the gateway before a FHIR server.',
  usage: '',
  options: {
    config: { kind: 'text', about: 'its configuration file (default: $GATEHOUSE_GATEWAY_CONFIG or ./gateway.json)' },
  },
  run: async (call, world) => {
    await world.serveGateway(call.text('config'))
    return 0
  },
}
