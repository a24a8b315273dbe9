import type { Generated } from 'kysely'
import type { EpochNote } from '../ledgers/epoch.ts'
import type { PictureEntry } from './picture.ts'

/** The tables of a registry. Settings are JSON text and times whole numbers, in every database alike. */
export interface Tables extends UseTables {
  site: {
    id: Generated<number>
    name: string
    public_key: string
    secret_hash: string
    settings: string
    /** Milliseconds since 1970. */
    created: number
  }
  /** What happened once in the life of a registry. */
  event: { name: string; happened: number }
  picture: PictureTable
  /** How often the sites, and the pictures, were changed; in PostgreSQL only. */
  change: { what: 'site' | 'picture'; version: number }
  operator: OperatorTable
  font: FontTable
  /** What is remembered of a ledger, by the name of its epoch. */
  ledger_note: EpochNote
}

/** Tables whose rows have a number that is never used again. */
export type NumberedTable = 'site' | 'picture' | 'operator' | 'font'

/** What the use of pictures takes; rows go with their pictures. */
export interface UseTables {
  /** How often each thing happened to a picture: an answer of this bin, or that it was `SHOWN`. */
  picture_tally: { picture: number; bin: number; count: number }
  /** What was decided of a picture, where that differs from weight 1 and no doubts. */
  picture_standing: { picture: number; weight: number; doubted: number }
}

/** A row has an entry's own names. */
export interface PictureTable extends Omit<PictureEntry, 'id' | Standing> {
  id: Generated<number>
  /** File of a picture that came with the package: no two processes that start at once add it both. */
  starter: string | null
  /** The prepared WebP. */
  bytes: Uint8Array
}

/** What of an entry was decided by its use. */
export type Standing = keyof UseTables['picture_standing'] & keyof PictureEntry

/** An operator's token is known only as a hash. */
export interface OperatorTable {
  id: Generated<number>
  name: string
  token_hash: string
  /** Milliseconds since 1970. */
  created: number
}

/** A font, and the hash of its outlines, which identifies it whatever its name is. */
export interface FontTable {
  id: Generated<number>
  name: string
  licence: string
  credit: string
  left_out: string
  asset: Uint8Array
  /** SHA-256, 64 hexadecimal characters. */
  asset_hash: string
  /** Milliseconds since 1970. */
  created: number
}

/** What the queries need from outside. */
export interface SqlRegistryOptions {
  /** Milliseconds since 1970. */
  now: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Buffer
}
