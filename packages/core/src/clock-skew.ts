/**
 * Seconds by which clocks may disagree: an id, a token or a pass from as far in the future is accepted, and
 * ledgers keep claims for as much longer than was asked for. It is one number because the two must agree:
 * what one node accepts early, another may not have forgotten yet.
 */
export const CLOCK_SKEW_SECONDS = 15 * 60
