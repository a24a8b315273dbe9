import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { type Row, whole } from '../scripts/table.ts'
import { type Running, residentMB, startUpright, withFolder } from './processes.ts'

/** Silent connections that are opened at once. */
const SILENT = 3000
/** Milliseconds for which the descriptors of silent connections are looked at, and between two looks. */
const WATCH_MS = 70_000
const LOOK_MS = 250
/** Milliseconds without a change after which all that can connect have. */
const SETTLE_MS = 4000

/** Connections that send nothing, or close their sending side: descriptors, memory, answers. */
export function benchConnections(): Promise<Row[]> {
  return withFolder(async folder => {
    const rows: Row[] = []
    const bounds = [
      ['bounds as they are by default', {}],
      ['no bound for an address', { UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS: '0' }],
    ] as const
    for (const [name, env] of bounds) {
      const server = await startUpright({ UPRIGHT_DATA: folder, ...env })
      try {
        rows.push(...(await silentRows(server, name)))
        if (rows.length > 2) rows.push(...(await halfClosedRows(server)))
      } finally {
        await server.stop()
      }
    }
    return rows
  })
}

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

async function silentRows({ url, child }: Running, bounds: string): Promise<Row[]> {
  const pid = child.pid!
  const rest = descriptors(pid)
  const memory = residentMB(pid)!
  const opened = performance.now()
  const sockets = Array.from({ length: SILENT }, () =>
    // Like a client that never closes: it does not even when the server does.
    connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true }).on(
      'error',
      () => {},
    ),
  )
  const seconds = () => (performance.now() - opened) / 1000
  let answered: number | undefined
  for (const socket of sockets) {
    socket.on('data', () => {
      answered ??= seconds()
    })
  }
  let held = rest
  // The system's queue of new connections is shorter than that: some are tried again after seconds.
  for (let before = 0; held !== before; held = descriptors(pid)) {
    before = held
    await pause(SETTLE_MS)
  }
  const grown = residentMB(pid)! - memory
  while (descriptors(pid) > rest + 5 && performance.now() - opened < WATCH_MS) await pause(LOOK_MS)
  const left = descriptors(pid)
  const when = seconds()
  for (const socket of sockets) socket.destroy()
  return [
    {
      what: `${whole(SILENT)} silent connections, ${bounds}: descriptors at rest, then`,
      figure: `${rest}, then ${whole(held)}, ${grown.toFixed(0)} MB more`,
    },
    {
      what: '  first answered 408; descriptors at the end',
      figure: `${answered?.toFixed(1) ?? 'never'} s; ${whole(left)} after ${when.toFixed(1)} s`,
    },
  ]
}

async function halfClosedRows({ url }: Running): Promise<Row[]> {
  const port = Number(new URL(url).port)
  return Promise.all(
    ['1.0', '1.1'].map(async version => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      // Its sending side is closed with the last byte, as by nc -N.
      socket.end(`GET /readyz HTTP/${version}\r\nHost: a\r\n\r\n`)
      const answer = await text(socket)
      return {
        what: `HTTP/${version} request, sending side closed after it`,
        figure: answer.split('\r\n')[0] || 'no answer',
      }
    }),
  )
}
