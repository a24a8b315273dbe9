/**
 * A process that asks one address for challenges, from many networks: `flooder.ts URL PATH RATE SECONDS`.
 * With a rate of 0 a few connections ask for as much as they are answered. Prints what it was told, as JSON.
 */
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

/** What a flood came to. */
export interface Flooded {
  /**
   * Requests that were due, and that were sent: fewer where every connection was still waiting for its
   * answer.
   */
  due: number
  sent: number
  /** Answers by status. */
  answers: Record<string, number>
  /** Connections that ended before their answer. */
  broken: number
  seconds: number
}

/**
 * Networks that it comes from, each with a connection of its own, as a reverse proxy opens one for each
 * request under way.
 */
const NETWORKS = 1000
/** Addresses of each network. */
const HOSTS = 200
/** Connections where only so much is asked for as is answered. */
const CLOSED_LOOP_CONNECTIONS = 16
/** Milliseconds between two looks at what is due. */
const TICK_MS = 2

const [url = '', path = '', rateText = '0', secondsText = '1'] = process.argv.slice(2)
const { port, hostname } = new URL(url)
const rate = Number(rateText)
const seconds = Number(secondsText)
const told: Flooded = { due: 0, sent: 0, answers: {}, broken: 0, seconds }
const idle: Line[] = []
let turn = 0

/** A connection with a request at a time. */
interface Line {
  socket: Socket
  /** Bytes of the answer that are still to come; undefined before its head is there. */
  left: number | undefined
  head: string
}

function question(): string {
  const network = turn % NETWORKS
  const host = 1 + (Math.floor(turn++ / NETWORKS) % HOSTS)
  const address = `10.${network >> 8}.${network & 255}.${host}`
  return `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nX-Forwarded-For: ${address}\r\n\r\n`
}

function send(line: Line): void {
  told.sent++
  line.left = undefined
  line.head = ''
  line.socket.write(question())
}

function open(): Line {
  const socket = connect(Number(port), hostname).setNoDelay()
  const line: Line = { socket, left: undefined, head: '' }
  socket.on('data', (chunk: Buffer) => take(line, chunk))
  socket.once('error', () => told.broken++)
  return line
}

function take(line: Line, chunk: Buffer): void {
  let size = chunk.length
  if (line.left === undefined) {
    line.head += chunk.toString('latin1')
    const end = line.head.indexOf('\r\n\r\n')
    if (end < 0) return
    const status = line.head.slice(9, 12)
    told.answers[status] = (told.answers[status] ?? 0) + 1
    line.left = Number(/content-length: (\d+)/i.exec(line.head)?.[1] ?? 0)
    size = line.head.length - end - 4
  }
  line.left -= size
  if (line.left > 0) return
  if (rate === 0 && !over()) send(line)
  else idle.push(line)
}

const lines = Array.from({ length: rate === 0 ? CLOSED_LOOP_CONNECTIONS : NETWORKS }, open)
await Promise.all(lines.map(({ socket }) => new Promise(resolve => socket.once('connect', resolve))))
const start = performance.now()
const over = () => performance.now() - start > seconds * 1000
if (rate === 0) lines.forEach(send)
else idle.push(...lines)
const timer = setInterval(() => {
  if (over()) {
    clearInterval(timer)
    for (const { socket } of lines) socket.destroy()
    console.log(JSON.stringify(told))
    return
  }
  const due = Math.floor(((performance.now() - start) * rate) / 1000)
  for (let i = told.due; i < due; i++) {
    const line = idle.pop()
    if (!line) break
    send(line)
  }
  told.due = due
}, TICK_MS)
