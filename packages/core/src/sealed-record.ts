import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { CLOCK_SKEW_SECONDS } from './clock-skew.ts'
import { CaptchaError } from './errors.ts'
import { createFallback, type Outage, type OutagePolicy } from './fallback.ts'
import { keyRing, SECRET_RULES, type Secrets } from './keys.ts'
import { isLost, LEDGER_RULE, type Ledger } from './ledger.ts'
import { aClock, aFunction, type OptionRules } from './options.ts'

/** Fields that tickets and passes share. */
export interface SealedRecord {
  /** Random, 16 characters of base64url: with the time it names the claim in the ledger. */
  nonce: string
  /** Site number. */
  site: number
  /** Issue time in whole seconds since 1970. */
  time: number
  /** Seconds from then on in which it can be used. */
  expiry: number
  /** The dialect that it was issued in. */
  dialect: string
  /** Host of the page that asked for it, without a port; empty when it is not known. */
  hostname: string
  /** Name of the action, as the page gives it, at most 100 bytes of UTF-8. */
  action: string
  /** Data of the page's own, at most 255 bytes of UTF-8. */
  cdata: string
  /** Rung of the ladder, 0 … 3. */
  rung: number
  /** Why it was that rung. */
  reasons: readonly string[]
}

/** Options of tickets and passes. Clock and randomness are arguments: tests freeze them. */
export interface SealedRecordOptions extends Secrets {
  /** The ledger of claims. */
  ledger: Ledger
  /** Milliseconds since 1970. */
  now: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Uint8Array
  /** Is notified of every claim that the ledger could not be asked about. @default nobody is */
  onOutage?: ((outage: Outage) => void) | undefined
}

/** What the options of tickets and passes may be. */
export const SEALED_RECORD_RULES: OptionRules<SealedRecordOptions> = {
  ...SECRET_RULES,
  ledger: LEDGER_RULE,
  now: { ...aClock, required: true },
  random: { ...aFunction('that gives as many random bytes as it is asked for'), required: true },
  onOutage: aFunction('that takes an outage'),
}

/** A record to seal: without a nonce it gets a random one, without a time the present one. */
export type NewRecord = Omit<SealedRecord, 'nonce' | 'time'> & Partial<Pick<SealedRecord, 'nonce' | 'time'>>

/** Sealed records of one label. */
export interface SealedRecords {
  /** Whole seconds since 1970. */
  seconds(): number
  /**
   * Seals a record with further texts: the same content gives the same token.
   * @throws CaptchaError `bad_request` when action, cdata or hostname is too long, `internal` for other texts
   */
  close(record: NewRecord, more: readonly string[]): string
  /**
   * The content of a site's token, or of any site's; undefined when forged, from the future, another site's
   * or two days old.
   */
  open(token: string, site: number | 'any'): { record: SealedRecord; more: readonly string[] } | undefined
  /** Seconds until a record expires; negative afterwards. */
  secondsLeft(record: SealedRecord): number
  /**
   * What recognises a text again without revealing it: 8 bytes of a hash under the key of each secret. The
   * first is the one to write down.
   */
  hashes(record: SealedRecord, text: string): readonly string[]
  /**
   * Makes the one claim of a record. Resolves with undefined for the first, else with what the first wrote.
   * @throws CaptchaError `unavailable`
   */
  claim(record: SealedRecord, value: string, outage: OutagePolicy): Promise<string | undefined>
  /** The value of a record's claim; undefined while there is none. @throws CaptchaError `unavailable` */
  claimed(record: SealedRecord, outage: OutagePolicy): Promise<string | undefined>
  /**
   * Asks the ledger about what belongs to a record: under names that begin with `name`, for `ttl` seconds.
   * @throws CaptchaError `unavailable`
   */
  ask<T>(
    record: SealedRecord,
    outage: OutagePolicy,
    work: (ledger: Ledger, name: string, ttl: number) => Promise<T>,
  ): Promise<T>
}

/** Longest token, in characters: what stock clients and servers carry in a form field. */
const MAX_TOKEN_LENGTH = 2048
/** Longest text in a record: its length is one byte. */
const MAX_TEXT_BYTES = 255
/** Bytes of what pages decide. */
const MAX_BYTES = { action: 100, cdata: MAX_TEXT_BYTES, hostname: MAX_TEXT_BYTES } as const
/** Seconds after which a token is no longer distinguished from a forged one, as for ids. */
const MAX_AGE_SECONDS = 48 * 3600
/** Hours whose keys are cached. */
const MAX_CACHED_HOURS = 64
const NONCE_BYTES = 12
/** A token is the hour of its keys, the initialization vector, what is encrypted and the tag. */
const [HOUR_BYTES, IV_BYTES, TAG_BYTES] = [3, 12, 16]
/** Bytes of a keyed hash that are written down. */
const HASH_BYTES = 8

const hourOf = (seconds: number) => Math.floor(seconds / 3600)

/**
 * Sealed records of one label: a record of one label does not open under another.
 *
 * A token is its record, encrypted with AES-256-GCM under a key that changes every hour: one key then seals
 * few enough records, even in a flood. The initialization vector is a keyed hash of the content and not
 * random itself, for two records of different content must never share one, and a retried answer makes its
 * pass again: of the same content come the same bytes, of another content others. Every content holds a
 * random nonce.
 *
 * It is one closure: sealing, opening and claiming share the keys of an hour and the clock.
 */
export function createSealedRecords(label: string, options: SealedRecordOptions): SealedRecords {
  const { ledger, now, random, onOutage } = options
  const standby = createFallback(ledger, now, onOutage)
  const ring = keyRing(options, label, 32)
  const hashKeys = keyRing(options, `${label}-hash`, 32)
  const seconds = () => Math.floor(now() / 1000)
  const newNonce = () => Buffer.from(random(NONCE_BYTES)).toString('base64url')
  const oldestHour = () => hourOf(seconds() - MAX_AGE_SECONDS)

  const keysByHour = new Map<number, readonly { seal: Buffer; iv: Buffer }[]>()
  /** The keys of an hour, for each secret; nobody can ask about more than 50 hours at a time. */
  const keysOf = (hour: number) => {
    let keys = keysByHour.get(hour)
    if (!keys) {
      if (keysByHour.size >= MAX_CACHED_HOURS) keysByHour.clear()
      keys = ring.map(key => {
        const bytes = Buffer.from(hkdfSync('sha256', key, '', `hour/${hour}`, 64))
        return { seal: bytes.subarray(0, 32), iv: bytes.subarray(32) }
      })
      keysByHour.set(hour, keys)
    }
    return keys
  }

  const decrypt = (token: string): Buffer | undefined => {
    if (token.length > MAX_TOKEN_LENGTH) return undefined
    const bytes = Buffer.from(token, 'base64url')
    // Decoding skips what is no base64url: a token is good in one spelling only.
    if (bytes.length <= HOUR_BYTES + IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== token)
      return undefined
    const hour = bytes.readUIntBE(0, HOUR_BYTES)
    if (hour < oldestHour() || hour > hourOf(seconds() + CLOCK_SKEW_SECONDS)) return undefined
    const iv = bytes.subarray(HOUR_BYTES, HOUR_BYTES + IV_BYTES)
    const sealed = bytes.subarray(HOUR_BYTES + IV_BYTES, -TAG_BYTES)
    for (const { seal } of keysOf(hour)) {
      const decipher = createDecipheriv('aes-256-gcm', seal, iv, { authTagLength: TAG_BYTES })
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(sealed), decipher.final()])
      } catch {
        // Forged, or made under another secret.
      }
    }
    return undefined
  }

  // The issue time goes first, so that claims of the same minutes are side by side in a sorted store.
  const nameOf = ({ time, nonce }: SealedRecord) => `${time.toString(16)}.${label}.${nonce}`
  const lifeLeft = ({ time, expiry }: SealedRecord) => time + expiry - seconds()
  const secondsLeft = (record: SealedRecord) =>
    isLost(ledger, record.time) ? Number.NEGATIVE_INFINITY : lifeLeft(record)
  const ask: SealedRecords['ask'] = async (record, outage, work) => {
    const result = await standby.decide(record.site, outage, ledger =>
      // Longer than it can be used here: a node whose clock is behind accepts it longer.
      work(ledger, nameOf(record), lifeLeft(record) + CLOCK_SKEW_SECONDS),
    )
    // Asked afterwards: what a ledger says of a record after it has lost others is not believed.
    if (isLost(ledger, record.time)) throw new CaptchaError('unavailable')
    return result
  }
  // A record of now can be used, whatever was lost: it is dated after that.
  const issueTime = () => Math.max(seconds(), (ledger.loss?.()?.before ?? 0) + 1)

  return {
    seconds,
    secondsLeft,
    ask,

    close(record, more) {
      const { nonce = newNonce(), time = issueTime(), dialect, hostname, action, cdata, reasons } = record
      for (const [name, most] of Object.entries(MAX_BYTES) as [keyof typeof MAX_BYTES, number][]) {
        if (Buffer.byteLength(record[name]) > most) {
          throw new CaptchaError('bad_request', `${name} is longer than ${most} bytes`)
        }
      }
      const numbers = [record.site, time, record.expiry, record.rung, reasons.length].map(String)
      const content = pack([nonce, ...numbers, dialect, hostname, action, cdata, ...reasons, ...more])
      const hour = hourOf(time)
      const { seal, iv: ivKey } = keysOf(hour)[0]!
      const iv = createHmac('sha256', ivKey).update(content).digest().subarray(0, IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', seal, iv)
      const head = Buffer.alloc(HOUR_BYTES)
      head.writeUIntBE(hour, 0, HOUR_BYTES)
      const sealed = [cipher.update(content), cipher.final(), cipher.getAuthTag()]
      const token = Buffer.concat([head, iv, ...sealed]).toString('base64url')
      if (token.length > MAX_TOKEN_LENGTH) {
        throw new CaptchaError('internal', `a token of ${token.length} characters`)
      }
      return token
    },

    open(token, wanted) {
      const content = decrypt(token)
      if (!content) return undefined
      const [nonce, site, time, expiry, rung, count, dialect, hostname, action, cdata, ...others] =
        unpack(content)
      if (wanted !== 'any' && Number(site) !== wanted) return undefined
      if (Number(time) - seconds() > CLOCK_SKEW_SECONDS) return undefined
      const record: SealedRecord = {
        nonce,
        site: Number(site),
        time: Number(time),
        expiry: Number(expiry),
        dialect,
        hostname,
        action,
        cdata,
        rung: Number(rung),
        reasons: others.slice(0, Number(count)),
      }
      return { record, more: others.slice(Number(count)) }
    },

    hashes: (record, text) =>
      hashKeys.map(key =>
        createHmac('sha256', key)
          .update(`${nameOf(record)} ${text}`)
          .digest()
          .subarray(0, HASH_BYTES)
          .toString('base64url'),
      ),

    claim: (record, value, outage) =>
      ask(
        record,
        outage,
        async (ledger, name, ttl) => (await standby.decided(name)) ?? (await ledger.claim(name, ttl, value)),
      ),

    claimed: (record, outage) =>
      ask(
        record,
        outage,
        async (ledger, name) => (await standby.decided(name)) ?? (await ledger.claimed(name)),
      ),
  }
}

type Ten = [string, string, string, string, string, string, string, string, string, string]

/** Texts one after the other, each after its length in bytes. */
function pack(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap(text => {
      const bytes = Buffer.from(text)
      if (bytes.length > MAX_TEXT_BYTES) throw new CaptchaError('internal', `a text of ${bytes.length} bytes`)
      return [Buffer.of(bytes.length), bytes]
    }),
  )
}

/** The texts that were packed; a record has ten, and those that follow. */
function unpack(bytes: Buffer): [...Ten, ...string[]] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes[at]!
    texts.push(bytes.toString('utf8', at + 1, end))
    at = end
  }
  return texts as [...Ten, ...string[]]
}
