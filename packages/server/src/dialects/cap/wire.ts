/** Wire format, in Cap's spelling. */

/** Answer to whatever is refused: it says what is wrong, and its HTTP status is 200 too. */
export interface RefusedAnswer {
  success: false
  error: string
}

/** Fields of what comes with a life of its own. */
export interface Expiring {
  token: string
  /** Milliseconds since 1970, by the clock of the service. */
  expires: number
  /** Seconds from now: no clock has to be right for it. */
  expires_in: number
}

/** `POST challenge`: puzzles written out, each a salt and the hexadecimal digits that a hash starts with. */
export interface ChallengeAnswer extends Expiring {
  challenge: [salt: string, target: string][]
}

/** `POST 2/challenge`: the same puzzles in format 2. */
export interface ChallengeAnswer2 extends Expiring {
  format: 2
  challenges: { protocol: 'sha256-pow'; payload: { salt: string; target: string } }[]
}

/** `POST redeem` */
export interface RedeemAnswer extends Expiring {
  success: true
}

/** `POST siteverify` */
export interface SiteverifyAnswer {
  success: true
}
