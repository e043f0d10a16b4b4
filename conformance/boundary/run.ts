/** `npm run boundary -- --requests N --seed S --upstream medplum|hostile|honest|URL`: generated requests against the patient boundary. */
import { parseArgs } from 'node:util'
import { openHostile } from './hostile.ts'
import { openServer } from './server.ts'
import { openHonest, openMedplum } from './upstreams.ts'
import { runBoundary, type Target } from './walk.ts'

const targets: Readonly<Record<string, Target>> = {
  medplum: { open: openMedplum, compared: false },
  hostile: { open: openHostile, compared: false },
  honest: { open: openHonest, compared: true },
}

const atUrl = (url: string): Target | undefined =>
  URL.canParse(url) ? { open: openServer(url), compared: false } : undefined

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    upstream: { type: 'string', default: 'medplum' },
  },
})
const target = targets[values.upstream] ?? atUrl(values.upstream)
if (target === undefined) {
  console.error(`--upstream is one of ${Object.keys(targets).join(', ')}, or a FHIR base URL`)
  process.exit(2)
}
console.log(`upstream ${values.upstream}, seed ${values.seed}`)
const found = await runBoundary(target, { requests: Number(values.requests), seed: Number(values.seed) })
const statuses = [...found.statuses].toSorted(([left], [right]) => left - right)
console.log(`answers: ${statuses.map(([status, count]) => `${status} × ${count}`).join(', ')}`)
if (found.failure !== undefined) console.log(found.failure.text)
const count = (kind: string): number => (found.failure?.kind === kind ? 1 : 0)
console.log(`boundary: ${found.requests} requests, ${count('leak')} leaks, ${count('change')} changes`)
process.exit(found.failure === undefined ? 0 : 1)
