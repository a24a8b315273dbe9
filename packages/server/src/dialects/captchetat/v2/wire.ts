/** What goes over the wire in v2 alone, as CaptchEtat spells it. */

/** `GET /simple-captcha-endpoint?get=image` */
export interface CaptchaAnswer {
  uuid: string
  /** A data URL, prefix included. */
  imageb64: string
}

/** `POST /valider-captcha` */
export interface ValidationRequest {
  uuid: string
  code: string
}
