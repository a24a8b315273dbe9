import { randomBytes } from 'node:crypto'
import {
  checkVoices,
  codeStyles,
  createCaptcha,
  createPasses,
  createTickets,
  keyRing,
  type Ledger,
  type Secrets,
} from '@upright/core'
import { type Config, secretsOf } from './config.ts'
import { makeFolder, masterSecret } from './data-folder/folder.ts'
import { closeToOthers } from './data-folder/permissions.ts'
import { everySecond, type Repeat } from './data-folder/repeat.ts'
import { watchSecret } from './data-folder/secret-watch.ts'
import { ownFonts } from './fonts/own.ts'
import { checkSharedSecret, ledgerDriverOf } from './ledgers/drivers.ts'
import { NOTE_INTERVAL_SECONDS } from './ledgers/epoch.ts'
import {
  FINGERPRINT_MINUTES,
  fingerprintsOf,
  foreignFingerprints,
  noteFingerprint,
} from './ledgers/fingerprints.ts'
import { fillSubjects } from './pictures/fill-subjects.ts'
import { readStarter } from './pictures/import-starter.ts'
import { createPictures } from './pictures/library.ts'
import { createCounter } from './pictures/usage.ts'
import { createBoardExchange } from './policy/ladder/board.ts'
import { keepLadder } from './policy/ladder/keep.ts'
import { createLadder } from './policy/ladder/ladder.ts'
import type { Exchange } from './policy/ladder/sharing.ts'
import { createOutageLog } from './policy/outage-log.ts'
import { altchaKeyRing, renewAltchaKeys } from './registry/altcha-key.ts'
import { registryDriverOf } from './registry/drivers.ts'
import type { Registry, StarterPicture } from './registry/registry.ts'
import { DEFAULT_SETTINGS } from './registry/settings.ts'
import type { Service } from './service.ts'
import { createAlarms } from './telemetry/alarms.ts'
import { instrumentStore, type Observers } from './telemetry/instrument-store.ts'
import { type Backend, createMetrics } from './telemetry/metrics.ts'
import { createSender } from './telemetry/otlp.ts'
import { createTraces } from './telemetry/traces.ts'
import { createKeys } from './threads/keys.ts'
import { createSounds } from './threads/sounds.ts'
import { readVersion } from './version.ts'

/** Dependencies with defaults; tests pass their own. */
export interface Dependencies {
  /** Milliseconds since 1970. @default Date.now */
  now: () => number
  /** Milliseconds that no clock which is set changes. @default performance.now */
  monotonic: () => number
  /** n fresh random bytes, from a cryptographic source. @default node's randomBytes */
  random: (n: number) => Buffer
  /** The pictures that a new library begins with. @default those of the package */
  starter: () => Promise<StarterPicture[]>
  /** Logs a warning. @default a line on stderr */
  warn: (line: string) => void
  /** Runs a poll repeatedly. @default every second */
  repeat: Repeat
  /** Where workers of this machine tell each other what they have counted. @default there is one process */
  workers: Exchange | undefined
}

const defaults: Dependencies = {
  now: Date.now,
  monotonic: () => performance.now(),
  random: randomBytes,
  starter: readStarter,
  warn: line => {
    process.stderr.write(`upright: ${line}\n`)
  },
  repeat: everySecond,
  workers: undefined,
}

/**
 * Milliseconds between two times that the use of pictures is written down: as much is lost when a process is
 * killed.
 */
const FLUSH_INTERVAL_MS = 60_000

/**
 * The service over a configuration: makes the data folder, the master secret, both databases or the tables in
 * PostgreSQL, the demo site and the pictures to begin with at the first start, and opens them at every other.
 * @throws CaptchaError `config_invalid`, `data_unusable`, `database_corrupt`, `unavailable`, `bad_secret`,
 * `asset_corrupt`; what was there is left as it was
 */
export async function openService(config: Config, overrides: Partial<Dependencies> = {}): Promise<Service> {
  const opened: Closer[] = []
  try {
    return await openAll(config, { ...defaults, ...overrides }, opened)
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

/** Bytes of the name of a process among those that share a ledger. */
const NODE_NAME_BYTES = 8

/** Closes something that was opened. */
type Closer = () => unknown

/** Closes what was opened, the last first. */
async function closeAll(opened: Closer[]): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close()
}

/** Opens everything, and puts what closes it on `opened`. */
async function openAll(
  config: Config,
  { now, monotonic, random, starter, warn, repeat, workers }: Dependencies,
  opened: Closer[],
): Promise<Service> {
  checkSharedSecret(config)
  makeFolder(config.data)
  closeToOthers(config.data, warn)
  const version = readVersion()
  const { traces } = config
  const observers = {
    alarms: createAlarms(now),
    metrics: config.metrics && createMetrics(version),
    traces: traces && createTraces({ ...traces, sender: createSender(traces, version, warn), random }),
  }
  opened.push(() => observers.traces?.close())
  const registry = await openRegistry(config, { now, random, warn, repeat }, observers)
  opened.push(registry.close)
  const secret = config.secret ?? masterSecret(config.data, random)

  const ledgerDriver = ledgerDriverOf(config)
  const shared = { ledger: ledgerDriver.shared, registry: registryDriverOf(config).shared }
  // A shared registry has one note for all nodes, whose files would be taken for copies of each other.
  const noted = shared.ledger || !shared.registry
  const notes = noted ? await registry.ledgerNotes() : []
  const onLost = (reason: Error) => observers.alarms.failed('ledger', reason)
  const bare = await ledgerDriver.open(config, { now, warn, repeat, onLost, notes })
  const ledger = instrumentStore('ledger', bare, observers)
  const note = async () => {
    try {
      if (noted) await registry.noteLedger(bare.notes())
    } catch {
      // Reported as any call that fails, and noted a minute later.
    }
  }
  const secrets = secretsOf(config, secret)
  await renewAltchaKeys({ registry, ring: altchaKeyRing(secrets), random })
  const compareSecrets = ledgerDriver.shared ? comparison(ledger, secrets, warn) : async () => {}
  // What is noted after closing is the end of the ledger, which the next start compares with.
  opened.push(note, ledger.close)
  await note()
  await compareSecrets()

  const season = config.seasonDays * 24 * 3600
  // Read once: were they exchanged while it runs, an id would not show the same picture any more.
  const fonts = ownFonts(await registry.fonts())
  const onOutage = createOutageLog(warn, now)
  const sealing = { ...secrets, ledger, now, random, onOutage }
  const derived = createKeys()
  opened.push(derived.close)
  const ladder = createLadder({
    ...{ now, monotonic, random, processes: config.workers },
    onChanged: observers.alarms.ladder,
    onGuessed: observers.alarms.guessed,
  })
  const captcha = createCaptcha({
    ...{ ...sealing, season, fonts, derive: derived.derive },
    onJudged: (site, kind, right) => ladder.judged(site, kind === 'number' ? 'speech' : kind, right),
  })
  // Looked at now: a damaged asset is reported before anybody waits for a picture or a sound.
  captcha.show({ id: 0, settings: DEFAULT_SETTINGS }, captcha.issue(0, codeStyles[0]!), 'picture')
  for (const { settings } of codeStyles) checkVoices(settings.language)
  const sounds = createSounds(secrets)
  opened.push(sounds.close)
  const counter = createCounter({ registry, warn })
  opened.push(counter.flush)
  const pictures = createPictures(captcha, registry, counter)
  const demo = config.demo ? await registry.addDemo() : undefined
  if (!config.demo) await warnOfDemo(registry, warn)
  if (config.testKeys) warn('UPRIGHT_TEST_KEYS is on: with a public secret of tests, every visitor passes')
  await registry.addStarter(starter)
  const subjects = fillSubjects({ registry, starter, warn })
  opened.push(subjects.stop)

  const secretFile = config.secret === undefined && watchSecret({ data: config.data, secret, warn, repeat })
  if (secretFile) opened.push(secretFile.stop)
  const flushTimer = setInterval(counter.flushAndJudge, FLUSH_INTERVAL_MS).unref()
  const noteTimer = setInterval(() => {
    // A ledger that is idle notes the time by it.
    ledger.ping().then(note, () => {})
    compareSecrets()
  }, NOTE_INTERVAL_SECONDS * 1000).unref()
  opened.push(
    () => clearInterval(flushTimer),
    () => clearInterval(noteTimer),
  )
  const name = random(NODE_NAME_BYTES).toString('hex')
  const place = bare.board ? createBoardExchange(bare.board, name) : workers
  opened.push(await keepLadder({ ladder, registry, place, repeat }))
  let closing: Promise<void> | undefined
  return {
    config,
    captcha,
    tickets: createTickets(sealing),
    passes: createPasses(sealing),
    ladder,
    sounds,
    pictures,
    secret,
    secretKept: () => !secretFile || secretFile.kept(),
    keys: (label, length) => keyRing(secrets, label, length),
    registry,
    ledger,
    shared: new Set<Backend>([
      ...(shared.ledger ? ['ledger' as const] : []),
      ...(shared.registry ? ['registry' as const] : []),
    ]),
    now,
    random,
    version,
    ...observers,
    demo,
    stopping: new AbortController(),
    close() {
      closing ??= closeAll(opened)
      return closing
    },
  }
}

/** Warns of a demo site that an earlier start has made: it still answers everybody at its own address. */
async function warnOfDemo(registry: Registry, warn: (line: string) => void): Promise<void> {
  const demo = (await registry.sites()).find(({ name, settings }) => name === 'Demo' && settings.open)
  if (demo) warn(`UPRIGHT_DEMO is off, but site ${demo.id} (Demo) is open: upright site remove ${demo.id}`)
}

/**
 * Notes which secret this node uses, and warns once while other nodes use one that is not accepted here.
 * Never rejects.
 */
function comparison(ledger: Ledger, secrets: Secrets, warn: (line: string) => void): () => Promise<void> {
  const known = fingerprintsOf(secrets)
  let warned = false
  return async () => {
    try {
      await noteFingerprint(ledger, known[0]!)
      const foreign = await foreignFingerprints(ledger, known)
      if (foreign.length > 0 && !warned) {
        warn(
          'another node that shares the ledger uses a master secret that is not accepted here, or did so in the last ' +
            `${FINGERPRINT_MINUTES} minutes: answers to its challenges are refused. Give all nodes the same UPRIGHT_SECRET`,
        )
      }
      warned = foreign.length > 0
    } catch {
      // The ledger is away, which is reported as such; compared again a minute later.
    }
  }
}

/**
 * The registry alone, for commands that need no more: the shared one, or that of the data folder, which is
 * made when it is missing.
 * @throws CaptchaError `data_unusable`, `database_corrupt`, `unavailable`
 */
export async function openRegistry(
  config: Config,
  overrides: Partial<Dependencies> = {},
  observers?: Observers,
): Promise<Registry> {
  const { now, random, warn, repeat } = { ...defaults, ...overrides }
  const observe = observers && ((registry: Registry) => instrumentStore('registry', registry, observers))
  const onLost = (reason: Error) => observers?.alarms.failed('registry', reason)
  return registryDriverOf(config).open(config, { now, random, warn, repeat, onLost, observe })
}
