import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Task } from '../packages/widget/src/solver/task.ts'
import { launchBrowser, launchFirefox } from './browsers.ts'
import { median } from './rate.ts'
import type { Challenge, Measure } from './solver-page.ts'
import { nativeRows, timesOf } from './solver-times.ts'
import { type Row, whole } from './table.ts'

declare const measureSolver: Measure

/** Rounds, in each of which every solver has one challenge: what else runs slows all of them down. */
const ROUNDS = 5
/** How much faster ours must be than a stock solver that does the same. */
const MIN_RATIO = 3
const SHA_COST = 1
const SCRYPT = { N: 8192, r: 8, p: 1 }
/** Tries of rung 1. */
const RUNG_1_TRIES = 4
const salt = Buffer.from(createHash('sha256').update('salt').digest().subarray(0, 16))
const nonce = Buffer.from(createHash('sha256').update('nonce').digest().subarray(0, 16))

const uint32 = (n: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(n)
  return bytes
}
const password = (counter: number) => Buffer.concat([nonce, uint32(counter)])
const sha256 = (...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

const OURS = { simd: '/simd/solver-worker.js', plain: '/plain/solver-worker.js' }
/** A challenge of ours that a counter with this key solves. */
const ours = (
  path: keyof typeof OURS,
  { prefix, key, ...task }: { prefix: Buffer; key: Buffer } & Partial<Task>,
): Challenge => ({
  solver: 'ours',
  script: task.function === 'scrypt' ? OURS[path].replace('worker', 'scrypt') : OURS[path],
  task: { function: 'sha256', cost: SHA_COST, memory: SCRYPT.r, decimal: false, ...task },
  salt: [...salt],
  prefix: [...prefix],
  target: key.readInt32BE(),
})

/** Cap's challenge of which the counter is the solution. */
const cap = {
  key: (counter: number) => sha256(salt.toString('hex'), String(counter)),
  ours: (path: keyof typeof OURS) => (counter: number) =>
    ours(path, { decimal: true, prefix: Buffer.from(salt.toString('hex')), key: cap.key(counter) }),
  stock:
    (module?: string) =>
    (counter: number): Challenge => ({
      solver: 'cap',
      script: '/cap.js',
      salt: salt.toString('hex'),
      target: cap.key(counter).toString('hex').slice(0, 16),
      ...(module && { module }),
    }),
}

/** The same of ALTCHA's second protocol. */
const altcha = {
  ours: (path: keyof typeof OURS) => (counter: number) =>
    ours(path, { prefix: Buffer.concat([salt, nonce]), key: sha256(salt, password(counter)) }),
  stock: (counter: number): Challenge =>
    stockAltcha('/altcha-sha.js', 'SHA-256', SHA_COST, sha256(salt, password(counter))),
}
const stockAltcha = (script: string, algorithm: string, cost: number, key: Buffer): Challenge => ({
  solver: 'altcha',
  script,
  parameters: {
    ...{ algorithm, cost, memoryCost: SCRYPT.r, parallelism: 1, keyLength: 32 },
    ...{ nonce: nonce.toString('hex'), salt: salt.toString('hex') },
    keyPrefix: key.toString('hex').slice(0, 16),
  },
})
const pbkdf2 = (cost: number) => {
  const key = (counter: number) => pbkdf2Sync(password(counter), salt, cost, 32, 'sha256')
  return {
    ours: (path: keyof typeof OURS) => (counter: number) =>
      ours(path, { function: 'pbkdf2', cost, prefix: nonce, key: key(counter) }),
    stock: (counter: number) => stockAltcha('/altcha-pbkdf2.js', 'PBKDF2/SHA-256', cost, key(counter)),
  }
}
const scrypt = {
  key: (counter: number) => scryptSync(password(counter), salt, 32, SCRYPT),
  ours: (path: keyof typeof OURS) => (counter: number) =>
    ours(path, { function: 'scrypt', cost: SCRYPT.N, prefix: nonce, key: scrypt.key(counter) }),
  stock: (counter: number) => stockAltcha('/altcha-scrypt.js', 'SCRYPT', SCRYPT.N, scrypt.key(counter)),
}

/** Every solver, with a counter that takes it some tenths of a second. */
const solvers: Record<string, { counter: number; challenge(counter: number): Challenge }> = {
  'cap, ours, SIMD': { counter: 2_000_500, challenge: cap.ours('simd') },
  'cap, ours, plain': { counter: 500_500, challenge: cap.ours('plain') },
  'cap, stock, WebAssembly': { counter: 700_500, challenge: cap.stock('/cap.wasm') },
  'cap, stock, JavaScript': { counter: 5500, challenge: cap.stock() },
  'altcha SHA-256, ours, SIMD': { counter: 2_000_500, challenge: altcha.ours('simd') },
  'altcha SHA-256, ours, plain': { counter: 500_500, challenge: altcha.ours('plain') },
  'altcha SHA-256, stock': { counter: 5500, challenge: altcha.stock },
  ...Object.fromEntries(
    [1000, 5000].flatMap(cost => {
      const { ours, stock } = pbkdf2(cost)
      const counter = 1_000_000 / cost
      return [
        [`altcha PBKDF2 ${cost}, ours, crypto.subtle`, { counter, challenge: ours('simd') }],
        [`altcha PBKDF2 ${cost}, stock`, { counter, challenge: stock }],
      ]
    }),
  ),
  'scrypt 8 MiB, ours, SIMD': { counter: 4, challenge: scrypt.ours('simd') },
  'scrypt 8 MiB, ours, plain': { counter: 4, challenge: scrypt.ours('plain') },
  'scrypt 8 MiB, stock altcha': { counter: 4, challenge: scrypt.stock },
}

/** Budgets: the first solver against the second. */
const budgets: [faster: string, slower: string, ratio: number][] = [
  ['cap, ours, SIMD', 'cap, stock, WebAssembly', MIN_RATIO],
  ['cap, ours, plain', 'cap, stock, JavaScript', MIN_RATIO],
  ['altcha SHA-256, ours, SIMD', 'altcha SHA-256, stock', MIN_RATIO],
  ['altcha SHA-256, ours, plain', 'altcha SHA-256, stock', MIN_RATIO],
  ['altcha PBKDF2 1000, ours, crypto.subtle', 'altcha PBKDF2 1000, stock', 1],
  ['altcha PBKDF2 5000, ours, crypto.subtle', 'altcha PBKDF2 5000, stock', 1],
  ['scrypt 8 MiB, ours, SIMD', 'scrypt 8 MiB, stock altcha', 1],
]

const CLIENTS = new URL('../e2e/clients/solvers/node_modules/', import.meta.url)
const BUILT = new URL('../packages/server/public/solver/', import.meta.url)
const WITHOUT_WASM = "default-src 'none'; script-src 'self'; connect-src 'self'"

interface ServedFile {
  body: string | Buffer
  type: string
  policy?: string
}

/** The page, our workers with and without WebAssembly, and the stock ones as they were published. */
async function files(): Promise<Map<string, ServedFile>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('solver-page.ts', import.meta.url))],
    ...{ bundle: true, write: false, target: 'es2022' },
  })
  const type = 'text/javascript'
  const worker = (name: string) => readFileSync(new URL(name, BUILT))
  const stock = (path: string) => ({ body: readFileSync(new URL(path, CLIENTS)), type })
  return new Map<string, ServedFile>([
    ['/', { body: '<!doctype html><title>Bench</title><script src="/page.js"></script>', type: 'text/html' }],
    ['/page.js', { body: outputFiles[0]!.text, type }],
    ...['solver-worker.js', 'solver-scrypt.js'].flatMap(name => [
      [`/simd/${name}`, { body: worker(name), type }] as const,
      [`/plain/${name}`, { body: worker(name), type, policy: WITHOUT_WASM }] as const,
    ]),
    ['/cap.js', stock('@cap.js/widget/src/worker.js')],
    ['/cap.wasm', { ...stock('@cap.js/wasm/browser/cap_wasm_bg.wasm'), type: 'application/wasm' }],
    ...['sha', 'pbkdf2', 'scrypt'].map(
      name => [`/altcha-${name}.js`, stock(`altcha/dist/workers/${name}.js`)] as const,
    ),
  ])
}

/** What is used of pages of Playwright and of Puppeteer. */
interface Tab {
  goto(address: string): Promise<unknown>
  evaluate(
    run: (challenges: [Challenge, Challenge]) => ReturnType<Measure>,
    challenges: [Challenge, Challenge],
  ): ReturnType<Measure>
}

/** Tries a second of each solver, one worker, medians of rounds. */
async function ratesOn(tab: Tab): Promise<Map<string, number>> {
  const rates = new Map<string, number[]>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { counter, challenge }] of Object.entries(solvers)) {
      // Code is optimised meanwhile.
      const warmUp = challenge(Math.floor(counter / 2))
      const found = await tab.evaluate(both => measureSolver(...both), [warmUp, challenge(counter)])
      if (found.counter !== counter) throw new Error(`${name} found ${found.counter} for ${counter}`)
      rates.set(name, [...(rates.get(name) ?? []), (counter + 1) / (found.took / 1000)])
    }
  }
  return new Map([...rates].map(([name, all]) => [name, median(all)]))
}

/** Solvers of work in browsers: ours, and stock ones of the same challenges. */
export async function benchSolver(): Promise<Row[]> {
  const served = await files()
  const server = createServer(({ url }, response) => {
    const file = served.get(url!)
    if (!file) return response.writeHead(404).end()
    const policy = file.policy && { 'content-security-policy': file.policy }
    return response.writeHead(200, { 'content-type': file.type, ...policy }).end(file.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const rows: Row[] = []
  for (const [name, launch] of [
    ['Chromium', launchBrowser],
    ['Firefox', launchFirefox],
  ] as const) {
    const browser = await launch()
    const tab = (await browser.newPage()) as unknown as Tab
    await tab.goto(url)
    const rates = await ratesOn(tab)
    await browser.close()
    rows.push(...rowsOf(name, rates), ...timesOf(name, rates), ...nativeRows(name, rates))
  }
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  return rows
}

function rowsOf(browser: string, rates: Map<string, number>): Row[] {
  const figures = [...rates].map(([name, rate]): Row => {
    const milliseconds = 1000 / rate
    const rung = `, ${((RUNG_1_TRIES * milliseconds) / 1000).toFixed(2)} s for the ${RUNG_1_TRIES} of rung 1`
    const figure = name.startsWith('scrypt')
      ? `${milliseconds.toFixed(0)} ms a try${rung}`
      : `${whole(rate)}/s`
    return { what: `${browser}: ${name}`, figure }
  })
  const ratios = budgets.map(([faster, slower, least]): Row => {
    const ratio = rates.get(faster)! / rates.get(slower)!
    return {
      what: `${browser}: ${faster} ÷ ${slower}`,
      figure: `${ratio.toFixed(1)} ×`,
      budget: `≥ ${least} ×`,
      ok: ratio >= least,
    }
  })
  const plain = rates.get('cap, ours, plain')! / rates.get('cap, stock, WebAssembly')!
  const unbounded = {
    what: `${browser}: cap, ours, plain ÷ stock, WebAssembly`,
    figure: `${plain.toFixed(1)} ×`,
  }
  return [...figures, ...ratios, unbounded]
}
