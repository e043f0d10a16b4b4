/**
 * `npm run boundary -- --requests N --seed S --upstream honest|hostile|medplum|URL`: attacks the patient boundary with generated
 * requests and ends with one line. Exit code 1 when anything was found.
 */
import { parseArgs } from 'node:util'
import { attack, targets } from './boundary.ts'
import { medplumTarget, serverTarget } from './server-target.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    upstream: { type: 'string', default: 'hostile' },
  },
})

const targetOf = (name: string) => {
  if (name === 'honest' || name === 'hostile') return targets[name]
  return name === 'medplum' ? medplumTarget() : serverTarget(name)
}

const { requests, leaks, changes, faults } = await attack(
  targetOf(values.upstream),
  Number(values.requests),
  Number(values.seed),
)
for (const finding of [...leaks, ...changes, ...faults].slice(0, 20)) console.log(finding)
console.log(`boundary: ${requests} requests, ${leaks.length} leaks, ${changes.length} changes`)
process.exit(leaks.length + changes.length + faults.length === 0 ? 0 : 1)
