/** Wire format of v2 alone, in CaptchEtat's spelling. */

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
