/** Share of a pass that counts when it is redeemed; the rest counts when it is earned. */
export const REDEEMED_SHARE = 0.75

/** Scores by rung: a pass is always earned, so that none is low. */
const SCORES = [0.9, 0.8, 0.7, 0.7] as const

/** How likely a visitor who earned a pass on a rung, 0 … 3, is no program: 0 … 1. */
export const scoreOf = (rung: number): number => SCORES[rung]!

/** How many times a request without work counts in the rate limits of its network, by rung. */
export const PLAIN_COUNT = [1, 1, 4, 8] as const
