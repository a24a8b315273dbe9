/**
 * Every scope a client may ask for; a scope's place is its bit in access tokens, so that new ones go last.
 */
export const allScopes = [
  'piste.captchetat',
  'aife.captchetatv2',
  'resource.READ',
  'apiCAPTCHA',
  'openid',
] as const

export type Scope = (typeof allScopes)[number]

/** Scopes of a token request without a scope. */
export const DEFAULT_SCOPES: readonly Scope[] = ['piste.captchetat', 'aife.captchetatv2']

/** Whether scopes open the API. `openid` is asked for along with others, and opens nothing. */
export const opens = (scopes: readonly Scope[]): boolean => scopes.some(scope => scope !== 'openid')

/**
 * The known scopes among those asked for, or undefined when there are none; the default when nothing was
 * asked for.
 */
export function grantScopes(asked: readonly string[]): readonly Scope[] | undefined {
  const names = new Set(asked.flatMap(value => value.split(/[\s,+]+/)).filter(Boolean))
  if (names.size === 0) return DEFAULT_SCOPES
  const granted = allScopes.filter(scope => names.has(scope))
  return granted.length > 0 ? granted : undefined
}
