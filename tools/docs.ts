/** `npm run docs`: writes the generated pages of `docs/`; with `--check` it only says which are not current. */
import { parseArgs } from 'node:util'
import { codes } from '../packages/cli/src/doctor/codes.ts'
import { configSchema as gatewaySchema } from '../packages/gateway/src/config.ts'
import { configSchema as serverSchema } from '../packages/server/src/config.ts'
import { reasons } from '../packages/server/src/errors/reasons.ts'
import { metrics } from '../packages/server/src/metrics.ts'
import { configurationPage } from './configuration-page.ts'
import { doctorPage } from './doctor-page.ts'
import { errorsPage } from './errors-page.ts'
import { metricsPage } from './metrics-page.ts'
import { openApiText } from './openapi-page.ts'
import { settlePage } from './settle-page.ts'
import { sourceFiles } from './source-tree.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const files = sourceFiles()

const documents = [
  { title: 'Server', schema: serverSchema, file: 'packages/server/src/config.ts' },
  { title: 'Gateway', schema: gatewaySchema, file: 'packages/gateway/src/config.ts' },
]

const current = [
  settlePage('docs/configuration.md', configurationPage(documents, files), values.check),
  settlePage('docs/doctor.md', doctorPage(codes), values.check),
  settlePage('docs/metrics.md', metricsPage(metrics), values.check),
  settlePage('docs/openapi.json', openApiText(), values.check),
  settlePage('docs/errors.md', errorsPage(reasons, files), values.check),
]
process.exit(current.every(Boolean) ? 0 : 1)
