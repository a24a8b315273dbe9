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
    altcha_key: string | null
  }
  /** One-time events of a registry. */
  event: { name: string; happened: number }
  picture: PictureTable
  /** The subjects of pictures as JSON, where they were found; rows go with their pictures. */
  picture_subject: { picture: number; box: string }
  /** Version numbers of the sites and of the pictures; in PostgreSQL only. */
  change: { what: 'site' | 'picture'; version: number }
  operator: OperatorTable
  font: FontTable
  /**
   * What the ladder knows of sites as JSON, and when it was written, in milliseconds since 1970; rows go with
   * their sites.
   */
  site_ladder: { site: number; state: string; written: number }
  /** Notes about a ledger, by the name of its epoch. */
  ledger_note: EpochNote
}

/** Tables whose rows have a number that is never used again. */
export type NumberedTable = 'site' | 'picture' | 'operator' | 'font'

/** Usage statistics of pictures; rows are removed with their pictures. */
export interface UseTables {
  /** How often each thing happened to a picture: an answer of this bin, or that it was `SHOWN`. */
  picture_tally: { picture: number; bin: number; count: number }
  /** Judgement of a picture, where it differs from weight 1 and no doubts. */
  picture_standing: { picture: number; weight: number; doubted: number }
}

/** A row has an entry's own names, but for the one of two words. */
export interface PictureTable extends Omit<PictureEntry, 'id' | 'machineEase' | 'subject' | Standing> {
  id: Generated<number>
  machine_ease: number
  /** File of a picture that came with the package: no two processes that start at once add it both. */
  starter: string | null
  /** The prepared WebP. */
  bytes: Uint8Array
}

/** Fields of an entry that its usage decided. */
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

/** Dependencies of the queries. */
export interface SqlRegistryOptions {
  /** Milliseconds since 1970. */
  now: () => number
  /** n fresh random bytes, from a cryptographic source. */
  random: (n: number) => Buffer
}
