/**
 * The one table of errors: code → message and HTTP status. Raised anywhere, rendered in one place; each
 * dialect maps codes to its own words. `docs/errors.md` lists the same codes, and a test compares the two.
 */
export const ERRORS = {
  // the CAPTCHA itself
  bad_code: {
    status: 400,
    message: 'The code holds a character that cannot be drawn, or is empty or too long.',
  },
  bad_style: { status: 400, message: 'There is no style of this name.' },
  bad_option: { status: 400, message: 'An option is not understood' },
  bad_secret: { status: 500, message: 'A master secret needs at least 32 characters.' },
  unknown_challenge: { status: 404, message: 'The challenge is unknown or has expired.' },
  form_unavailable: { status: 501, message: 'This challenge cannot be shown in the form asked for.' },
  no_pictures: { status: 503, message: 'The library holds no picture to show.' },
  bad_picture: { status: 400, message: 'The picture cannot be used' },
  picture_unknown: { status: 404, message: 'There is no such picture' },
  bad_font: { status: 400, message: 'The font cannot be used' },
  font_unknown: { status: 404, message: 'There is no such font' },
  asset_corrupt: {
    status: 500,
    message: 'A built-in asset is missing or corrupt: install the package again.',
  },
  // requests
  bad_request: { status: 400, message: 'A parameter is missing or not understood.' },
  not_found: { status: 404, message: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, message: 'This address does not take this method.' },
  body_too_large: { status: 413, message: 'The body is larger than this address takes.' },
  bad_range: { status: 416, message: 'The range asked for is outside the content.' },
  url_too_long: { status: 414, message: 'The address is longer than 8 kB.' },
  header_too_large: { status: 431, message: 'A header is longer than 8 kB.' },
  // access
  token_missing: { status: 400, message: 'Unable to find token in the message' },
  token_invalid: { status: 401, message: 'Unable to find the access token in persistent storage' },
  token_expired: { status: 401, message: 'The access token expired' },
  scope_insufficient: {
    status: 403,
    message: 'scope(s) associated with access token are not valid to access this resource',
  },
  origin_refused: { status: 403, message: 'The site does not allow requests from this origin.' },
  quota_exceeded: { status: 429, message: 'The site has used up its requests for this minute.' },
  operator_required: { status: 401, message: 'This address needs the token of an operator.' },
  rate_limited: { status: 429, message: 'Too many requests from your network: try again later.' },
  import_busy: { status: 429, message: 'Another import is under way: try again when it has ended.' },
  // token endpoint, named as in RFC 6749
  invalid_client: { status: 401, message: 'Unknown client, or its secret does not match.' },
  invalid_request: { status: 400, message: 'The token request lacks a parameter or repeats one.' },
  unsupported_grant_type: { status: 400, message: 'Only grant_type=client_credentials is supported.' },
  invalid_scope: { status: 400, message: 'None of the scopes asked for exists.' },
  // the service itself
  unavailable: { status: 503, message: 'The service cannot answer at the moment: try again shortly.' },
  overloaded: {
    status: 503,
    message: 'There is more to do than can be done at the moment: try again shortly.',
  },
  internal: { status: 500, message: 'Something went wrong on our side.' },
  config_invalid: { status: 500, message: 'The configuration is not usable' },
  key_unreadable: {
    status: 500,
    message: 'The key does not open under any master secret that is accepted',
  },
  data_unusable: { status: 500, message: 'The data folder cannot be used' },
  database_corrupt: { status: 500, message: 'The database file is damaged' },
  copy_refused: { status: 500, message: 'The registry cannot be copied' },
  port_in_use: { status: 500, message: 'The address is already in use' },
  site_unknown: { status: 404, message: 'There is no such site' },
  operator_unknown: { status: 404, message: 'There is no such operator' },
  usage: { status: 400, message: 'The command is not understood' },
  not_confirmed: { status: 400, message: 'Nothing was removed' },
} as const satisfies Record<string, { status: number; message: string }>

/** A code of the error table. */
export type ErrorCode = keyof typeof ERRORS

/** Misuse or failure, named by a code of the error table; `detail` says which value was at fault. */
export class CaptchaError extends Error {
  readonly code: ErrorCode
  readonly status: number
  /** Detail of the message, beyond the table's. */
  readonly detail: string | undefined

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ? `${ERRORS[code].message.replace(/\.$/, '')}: ${detail}` : ERRORS[code].message, options)
    this.name = 'CaptchaError'
    this.code = code
    this.status = ERRORS[code].status
    this.detail = detail
  }
}
