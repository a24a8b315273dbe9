import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { type Running, residentMB, startUpright, withFolder } from './processes.ts'
import { type Row, whole } from './table.ts'

/** Silent connections that are opened, and how many at a time. */
const SILENT_CONNECTIONS = 3000
const BATCH = 250
/** Milliseconds for which the descriptors of silent connections are looked at, and between two looks. */
const WATCH_MS = 70_000
const LOOK_MS = 250
/** Connections that send nothing, or close their sending side: descriptors, memory, answers. */
export function benchConnections(): Promise<Row[]> {
  return withFolder(async folder => {
    const by = async (env: Record<string, string>, rows: (server: Running) => Promise<Row[]>) => {
      const server = await startUpright({ UPRIGHT_DATA: folder, ...env })
      return rows(server).finally(server.stop)
    }
    return [
      ...(await by({}, server => silentRows(server, 'as by default'))),
      ...(await by({ UPRIGHT_MAX_CONNECTIONS_PER_ADDRESS: '0' }, server =>
        silentRows(server, 'no bound for an address'),
      )),
      ...(await by({}, halfClosedRows)),
    ]
  })
}

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

async function silentRows({ url, child }: Running, bounds: string): Promise<Row[]> {
  const pid = child.pid!
  const rest = descriptors(pid)
  const memory = residentMB(pid)!
  const opened = performance.now()
  let answered: number | undefined
  const seconds = () => (performance.now() - opened) / 1000
  const sockets: Socket[] = []
  while (sockets.length < SILENT_CONNECTIONS)
    sockets.push(...(await silentSockets(Number(new URL(url).port))))
  for (const socket of sockets) {
    socket.on('data', () => {
      answered ??= seconds()
    })
  }
  // Connections are taken in turn: when this one was, answered or refused, all before it were.
  await fetch(`${url}/healthz`).catch(() => {})
  const held = descriptors(pid)
  const grown = residentMB(pid)! - memory
  while (descriptors(pid) > rest + 5 && performance.now() - opened < WATCH_MS) await pause(LOOK_MS)
  const left = descriptors(pid)
  const when = seconds()
  for (const socket of sockets) socket.destroy()
  return [
    {
      what: `${whole(SILENT_CONNECTIONS)} silent connections, ${bounds}: descriptors at rest, then`,
      figure: `${rest}, then ${whole(held)}, ${grown.toFixed(0)} MB more`,
    },
    {
      what: '  first answered 408; descriptors at the end',
      figure: `${answered?.toFixed(1) ?? 'never'} s; ${whole(left)} after ${when.toFixed(1)} s`,
    },
  ]
}

/** As many connections as fit into the system's queue of new ones, like those of clients that never close. */
async function silentSockets(port: number): Promise<Socket[]> {
  const sockets = Array.from({ length: BATCH }, () =>
    connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {}),
  )
  await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('connect', resolve))))
  return sockets
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
