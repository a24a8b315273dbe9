/** Wire format of every version, in CaptchEtat's spelling. */

/** `GET /captcha/{id}/code/infos` */
export interface CodeInfo {
  taille: number
  type: 'numerique' | 'alphabetique' | 'alphanumerique'
}

export type Status = 'UP' | 'DOWN'

/** `GET /healthcheck`. Sizes are strings of digits: so the official description has them. */
export interface HealthAnswer {
  status: Status
  components: {
    diskSpace: {
      status: Status
      details: { total: string; free: string; threshold: string; exists: boolean }
    }
    memcachedHealth: { status: Status }
    ping: { status: Status }
    registry: { status: Status }
  }
}

/** `POST /api/oauth/token` */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  /** Seconds. */
  expires_in: number
  /** Scopes granted, separated by spaces. */
  scope: string
}

/** `POST /api/oauth/token`, refused: RFC 6749, sections 5.2 and 4.1.2.1. */
export interface TokenRefusal {
  error:
    | 'invalid_request'
    | 'invalid_client'
    | 'unsupported_grant_type'
    | 'invalid_scope'
    | 'server_error'
    | 'temporarily_unavailable'
  error_description: string
}

/** Every other error: Spring's own way of telling it. */
export interface SpringError {
  /** ISO 8601 with milliseconds and `+00:00`. */
  timestamp: string
  status: number
  error: string
  path: string
}
