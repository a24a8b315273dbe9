/** The function that work is done with. */
export type WorkFunction = 'sha256' | 'pbkdf2' | 'scrypt'

/**
 * Work for a browser, as it is sent. It is solved by a counter for each puzzle: puzzle `i` is solved by `c`
 * when the first 32 bits of the key are below `limit`. The password of a key is the nonce, `i` and `c`, both
 * of them as four bytes, the highest first.
 *
 * `sha256`: the key is the hash of salt and password. `pbkdf2`: PBKDF2 with SHA-256. `scrypt`: with p = 1.
 * Keys have 32 bytes.
 */
export interface Work {
  function: WorkFunction
  /** 16 bytes in hexadecimal digits. */
  nonce: string
  /** 16 bytes in hexadecimal digits. */
  salt: string
  /** Rounds of `sha256` (1), iterations of `pbkdf2`, or N of `scrypt`. */
  cost: number
  /** The block size r of `scrypt`. */
  memory?: number
  /** How many puzzles are to be solved. */
  puzzles: number
  /** 1 … 2³². */
  limit: number
}
