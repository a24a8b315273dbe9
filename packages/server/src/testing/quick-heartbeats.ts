/** `upright serve` whose workers are replaced sooner than in the service. Run as a process of its own. */
import { run } from '../commands/serve/index.ts'

await run(process.argv.slice(3), { interval: 50, timeout: 2000 })
