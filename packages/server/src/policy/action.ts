/** Actions, each with a rate limit of its own. */
export const ACTIONS = ['issue', 'worked', 'show', 'check', 'other'] as const

/**
 * What a visitor's browser asks for: a challenge, one in return for work that a protocol does not require,
 * its picture or sound, whether a response is right, or anything else that is answered for a site.
 */
export type Action = (typeof ACTIONS)[number]

/**
 * Whether a process that is behind sheds it. Checks come first: who has solved a challenge is let through.
 * The rest costs little.
 */
export const isShed = (action: Action): boolean => action !== 'check' && action !== 'other'
