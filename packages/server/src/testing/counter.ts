/**
 * A cluster whose two workers count a challenge each; the primary prints the figures of both. Run as a
 * process of its own.
 */
import cluster from 'node:cluster'
import { clusterMetrics, createMetrics } from '../telemetry/metrics.ts'

const WORKERS = 2

if (cluster.isPrimary) {
  const render = clusterMetrics()
  let counted = 0
  cluster.on('message', async (_worker, message) => {
    if (message !== 'counted' || ++counted < WORKERS) return
    process.stdout.write(await render())
    cluster.disconnect()
  })
  for (let i = 0; i < WORKERS; i++) cluster.fork()
} else {
  const metrics = createMetrics('1')
  metrics.watch(async () => ({
    ledger: cluster.worker!.id === 1,
    registry: true,
    lost: cluster.worker!.id === 2,
    free: 1000 * cluster.worker!.id,
  }))
  metrics.issued(1, 'captchetat-v2', 'text')
  process.send!('counted')
}
