/** Finding of a check of `upright doctor`, and how to fix it. */
export interface Finding {
  state: 'ok' | 'warn' | 'fail'
  name: string
  found: string
  fix?: string
}

export const ok = (name: string, found: string): Finding => ({ state: 'ok', name, found })

/** A check that failed with an error; its message is shown. */
export const failure = (name: string, error: unknown, fix: string): Finding => ({
  state: 'fail',
  name,
  found: error instanceof Error ? error.message : String(error),
  fix,
})

/** How to correct failures of one kind, by a pattern of an error's code and message. */
export type Fix = readonly [pattern: RegExp, fix: string]

/** Fixes for TLS; `authority` says where the certificate of an authority is given. */
export const tlsFixes = (authority: string): Fix[] => [
  [
    /self.signed certificate|issuer cert|UNABLE_TO_VERIFY|sslrootcert/i,
    `the server's certificate comes from an unknown authority: ${authority}`,
  ],
  [/CERT_HAS_EXPIRED|certificate has expired/, "renew the server's certificate"],
  [/ALTNAME_INVALID|does not match certificate/, "connect to a name that is in the server's certificate"],
  [
    /certificate required|alert bad certificate/i,
    'the server asks for a certificate of the client: give cert and key in the address',
  ],
]

/** The fix for an error or one of its causes; the first pattern that fits counts. */
export function fixOf(error: unknown, fixes: readonly Fix[], otherwise: string): string {
  const texts: string[] = []
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    texts.push(`${(each as NodeJS.ErrnoException).code ?? ''} ${each.message}`)
  }
  return fixes.find(([pattern]) => texts.some(text => pattern.test(text)))?.[1] ?? otherwise
}
