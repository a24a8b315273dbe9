import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freshFolder } from './folder.ts'
import { freePorts } from './ports.ts'

/** A PostgreSQL server of its own, on a free port of this machine. */
export interface PostgresServer {
  port: number
  password: string
  /** The process that runs now, 0 while none does. */
  pid(): number
  /** The address of a database; by default of the one that is always there. */
  url(database?: string): string
  /** Makes an empty database, and gives its address. */
  freshDatabase(): Promise<string>
  /** Stops it, cutting connections off; what was committed stays. */
  stop(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  /** Holds up every process of it, so that it takes connections and answers nothing. */
  freeze(): void
  thaw(): void
  /** Ends it and removes all of it. */
  remove(): Promise<void>
}

/** Where Debian puts each version's programs. */
const DEBIAN = '/usr/lib/postgresql'
const PASSWORD = 'not/so:secret'

/** Starts a new server. Root has it run by the user `postgres`: it refuses to run as root. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = freshFolder()
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const passwords = join(folder, 'password')
  writeFileSync(passwords, PASSWORD, { mode: 0o644 })
  const environment = { LC_ALL: 'C', TZ: 'UTC' }
  await promisify(execFile)(
    program('initdb'),
    ['-D', data, '-U', 'upright', '-A', 'scram-sha-256', '--pwfile', passwords, '-E', 'UTF8', '--no-sync'],
    { ...owner, env: environment, cwd: folder },
  )
  const [port] = (await freePorts(1)) as [number]
  const options = [
    '-c',
    'fsync=off',
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
  ]
  let server: ChildProcess | undefined
  let databases = 0

  const start = async () => {
    const child = spawn(program('postgres'), ['-D', data, '-p', `${port}`, ...options], {
      ...owner,
      env: environment,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server = child
    await ready(child)
  }
  /** `SIGQUIT` ends it at once, as a power cut does; `SIGKILL` would leave its children behind. */
  const stop = async () => {
    const child = server
    server = undefined
    if (!child || child.exitCode !== null) return
    signal(child, 'SIGCONT')
    const gone = new Promise(resolve => child.once('close', resolve))
    child.kill('SIGQUIT')
    await gone
  }
  process.once('exit', () => server?.kill('SIGQUIT'))
  const url = (database = 'postgres') =>
    `postgres://upright:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`

  await start()
  return {
    port,
    password: PASSWORD,
    pid: () => server?.pid ?? 0,
    url,
    async freshDatabase() {
      const { Client } = await import('pg')
      const client = new Client(url())
      await client.connect()
      const name = `test${++databases}`
      await client.query(`create database ${name}`)
      await client.end()
      return url(name)
    },
    stop,
    start,
    freeze: () => signal(server, 'SIGSTOP'),
    thaw: () => signal(server, 'SIGCONT'),
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres']))

/** A program of the newest version there is. */
function program(name: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : []
  const found = versions.map(version => join(DEBIAN, version, 'bin', name)).find(existsSync)
  return found ?? join(execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim(), name)
}

/** Resolves when a server takes connections; rejects with its words when it ends before. */
function ready(server: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000)
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('close', () => reject(new Error(said)))
  })
}

/** Signals a server and each of its children, which are not in one group. */
function signal(server: ChildProcess | undefined, name: 'SIGSTOP' | 'SIGCONT'): void {
  if (server?.pid === undefined) return
  process.kill(server.pid, name)
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
  for (const pid of children.trim().split(' ').filter(Boolean)) {
    try {
      process.kill(Number(pid), name)
    } catch {
      // It ended in this moment.
    }
  }
}
