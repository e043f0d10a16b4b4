import { PortTaken } from './loopback.ts'
import { type Organization, openHospital } from './organization.ts'
import { FolderInUse, openFolder } from './sandbox-folder.ts'
import { help, parseCommand, type Settings } from './settings.ts'

/** One line that says what is wrong and what mends it; undefined for what we did not foresee. */
function trouble(error: unknown, { portBase, folder }: Settings): string | undefined {
  if (error instanceof PortTaken)
    return `Port ${error.port} is taken. Choose other ports: npm start -- --port-base ${portBase + 100}`
  if (error instanceof FolderInUse) return `The sandbox in ${folder} cannot start: ${error.message}.`
  return undefined
}

/** Ctrl-C reaches us from the terminal and again from npm: only a later one means "do not wait". */
const SAME_SIGNAL_MS = 1000

/** The first signal ends everything in order; one that comes later does not wait for it. */
function endOnSignal(end: () => Promise<void>): void {
  let endingSince: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (endingSince === undefined) {
        endingSince = performance.now()
        end().then(() => process.exit(0))
      } else if (performance.now() - endingSince > SAME_SIGNAL_MS) process.exit(1)
    })
  }
}

async function start(settings: Settings): Promise<void> {
  const folder = openFolder(settings.folder, settings.reset)
  let hospital: Organization
  try {
    hospital = await openHospital(settings.portBase, folder)
  } catch (error) {
    folder.release()
    throw error
  }
  endOnSignal(async () => {
    await hospital.close()
    folder.release()
  })
  console.log(`The sandbox is open: ${hospital.addresses.issuer}/`)
}

// What the sandbox writes is for this account alone, whatever folder it is given.
process.umask(0o077)

const command = parseCommand(process.argv.slice(2), `${import.meta.dirname}/..`)
if (command.kind === 'help') console.log(help)
else if (command.kind === 'wrong') {
  console.error(`${command.why}\n\n${help}`)
  process.exitCode = 2
} else {
  start(command.settings).catch((error: unknown) => {
    const line = trouble(error, command.settings)
    console.error(line ?? error)
    process.exitCode = 1
  })
}
