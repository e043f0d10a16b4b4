import { type Command, outputOptions } from './command.ts'
import { checkCertificate } from './doctor/certificate.ts'
import { codes, type Finding, finding } from './doctor/codes.ts'
import { checkConfig } from './doctor/config.ts'
import { probeOwnIssuer, probeServer } from './doctor/discovery.ts'
import { checkRecords } from './doctor/records.ts'
import { checkStore } from './doctor/store.ts'
import type { Diagnosis, World } from './world.ts'

/** `gatehouse doctor`: what is wrong here, or with any SMART server whose URL is given. Changes nothing. */
export const doctorCommand: Command = {
  summary: 'Find what is wrong with this installation, or with any SMART server.',
  usage: '[FHIR base URL of any server]',
  options: { ...outputOptions, strict: { kind: 'flag', about: 'exit code 1 for warnings too' } },
  run: async (call, world) => {
    const [url] = call.words
    const findings = url === undefined ? await examine(call.text('config'), world) : await probeServer(url, world.ask)
    if (call.flag('json')) world.terminal.print(JSON.stringify(findings.map(inFull), undefined, 2))
    else for (const line of report(findings)) world.terminal.print(line)
    const counts = findings.filter(({ code }) => call.flag('strict') || codes[code].severity === 'error')
    return counts.length === 0 ? 0 : 1
  },
}

/** From the configuration outwards; a step that fails hides those that need it. */
const examine = async (configPath: string | undefined, world: World): Promise<readonly Finding[]> => {
  const diagnosis = await world.diagnose(configPath)
  if (diagnosis.kind === 'faults')
    return diagnosis.faults.map((fault) => finding('config/invalid', 'configuration', fault))
  try {
    return [
      ...diagnosis.exposedFiles.map((file) => finding('config/file-exposed', file)),
      ...checkConfig(diagnosis.config),
      ...checkStore(diagnosis.store),
      ...(await examineServer(diagnosis, world)),
    ]
  } finally {
    await diagnosis.close()
  }
}

const examineServer = async (
  { config, records }: Extract<Diagnosis, { kind: 'parts' }>,
  { ask, certificate }: World,
): Promise<readonly Finding[]> => {
  if (records === undefined) return []
  const { effects, keyFault } = records
  const kids = (await effects.store.keys.list()).map(({ kid }) => kid)
  const seen = await certificate(config.issuer)
  return [
    ...(keyFault === undefined ? [] : [finding('keys/unreadable', 'masterKey', keyFault)]),
    ...(await checkRecords(effects)),
    ...(kids.length === 0 ? [] : await probeOwnIssuer(config.issuer, kids, ask)),
    ...(seen === undefined ? [] : checkCertificate(seen, effects.now())),
  ]
}

const inFull = (found: Finding) => ({ ...found, ...codes[found.code] })

const report = (findings: readonly Finding[]): readonly string[] => {
  const rows = findings.map(inFull).toSorted((a, b) => a.severity.localeCompare(b.severity))
  const errors = rows.filter(({ severity }) => severity === 'error').length
  return [
    ...rows.flatMap(({ severity, code, about, detail, means, remedy }) => [
      `${severity.toUpperCase()} ${code}: ${about}${detail === undefined ? '' : ` (${detail})`}`,
      `  ${means}`,
      `  → ${remedy}`,
    ]),
    rows.length === 0 ? 'Nothing found.' : `${errors} errors, ${rows.length - errors} warnings.`,
  ]
}
