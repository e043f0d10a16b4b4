/** The process of one contestant: `node bench/contestant.ts <module> <work>`. Tells its target, then its CPU time when asked. */
import type { Serve } from './work.ts'

const [, , module = '', work = ''] = process.argv
const { serve }: { serve: Serve } = await import(`./${module}`)
process.send?.(await serve(work))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
