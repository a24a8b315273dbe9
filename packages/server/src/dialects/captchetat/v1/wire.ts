/** Wire format of v1 alone, in BotDetect's spelling. */

/** `GET /simple-captcha-endpoint?get=p` */
export interface WorkAnswer {
  /** Where the search starts, in decimal digits. */
  sp: string
  /** SHA-1 of what is searched and the id, 40 hexadecimal digits. */
  hs: string
}

/** `POST /valider-captcha` */
export interface ValidationRequest {
  id: string
  code: string
}
