import { brandsDocument, getBrands, resetBrands, saveBrands } from '@gatehouse/server/admin'
import { CliError } from './cli-error.ts'
import { type Command, configOption, word } from './command.ts'
import type { Commands } from './help.ts'
import { readJson } from './read-json.ts'
import { withServer } from './with-server.ts'

const show: Command = {
  summary: 'Show the brands patients find us by, as JSON, ready to be edited.',
  usage: '',
  options: configOption,
  run: (call, world) =>
    withServer(call, world, async ({ env }) => {
      const { brands, source } = await getBrands(env)
      world.terminal.note(`From ${source === 'operators' ? 'the database' : 'the configuration'}.`)
      const { changedAt: _, ...document } = brands ?? { changedAt: '' }
      world.terminal.print(JSON.stringify(brands === undefined ? {} : document, undefined, 2))
    }),
}

const set: Command = {
  summary: "Publish the brands of a JSON file in place of the configuration's.",
  usage: '<file>',
  options: configOption,
  run: async (call, world) => {
    const parsed = brandsDocument.safeParse(await readJson(word(call, 0), world))
    if (!parsed.success)
      throw new CliError(
        parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
        'docs/configuration.md lists the members under `brands`.',
      )
    return withServer(call, world, async ({ env, operator }) => {
      const { version } = await getBrands(env)
      await saveBrands({ document: parsed.data, version, operator }, env)
      world.terminal.print('Published; every node shows it within half a minute.')
    })
  },
}

const reset: Command = {
  summary: 'Go back to the brands of the configuration.',
  usage: '',
  options: configOption,
  run: (call, world) =>
    withServer(call, world, async ({ env, operator }) => {
      const { version } = await getBrands(env)
      await resetBrands({ version, operator }, env)
      world.terminal.print('The brands of the configuration are published again.')
    }),
}

/** `gatehouse brands …` */
export const brandCommands: Commands = { 'brands show': show, 'brands set': set, 'brands reset': reset }
