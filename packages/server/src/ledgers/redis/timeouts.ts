/**
 * Milliseconds in which a connection must be made and have answered; the same for the sentinels before it.
 */
export const CONNECT_TIMEOUT_MS = 1000
/** Milliseconds after which a server that has not answered counts as away. */
export const ANSWER_TIMEOUT_MS = 1000
/**
 * Milliseconds that a replica has to confirm what was written: less than an answer has, which waits for it.
 */
export const CONFIRM_TIMEOUT_MS = 700
/** Milliseconds that a port has to answer. */
export const PROBE_TIMEOUT_MS = 1000
