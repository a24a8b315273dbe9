/** What is limited, each by itself. */
export const ACTIONS = ['issue', 'show', 'check'] as const

/** What a visitor's browser asks for: a challenge, its picture or sound, or whether a response is right. */
export type Action = (typeof ACTIONS)[number]
