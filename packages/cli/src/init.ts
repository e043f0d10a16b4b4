import { type Command, word } from './command.ts'

const starter = (issuer: string, masterKeyFile: string): unknown => ({
  issuer,
  organization: { name: 'Your hospital', phone: '+1 555 0100' },
  masterKey: { file: masterKeyFile },
  store: 'sqlite:gatehouse.db',
  resourceServers: [
    { base: `${issuer.replace(/^https:\/\/[^/]*/, 'https://fhir.example.org')}/r4`, name: 'Your FHIR server' },
  ],
  listen: { host: '127.0.0.1', port: 4000, trustedProxies: ['127.0.0.1'] },
  operator: { listen: { host: '127.0.0.1', port: 4009 }, tokens: [] },
})

/** `gatehouse init`: a configuration to start from and a master key of its own. Overwrites nothing. */
export const initCommand: Command = {
  summary: 'Write a starting configuration and a new master key.',
  usage: '<issuer, for instance https://auth.your-hospital.org>',
  options: {},
  run: async (call, { createFile, random, terminal }) => {
    const issuer = word(call, 0).replace(/\/+$/, '')
    await createFile('gatehouse.key', `${Buffer.from(random(32)).toString('base64url')}\n`)
    await createFile('gatehouse.json', `${JSON.stringify(starter(issuer, 'gatehouse.key'), undefined, 2)}\n`)
    terminal.print('Wrote gatehouse.json and gatehouse.key (keep the key out of backups of the database).')
    terminal.print('Next: edit gatehouse.json, then run `gatehouse doctor`, then `gatehouse serve`.')
    return 0
  },
}
