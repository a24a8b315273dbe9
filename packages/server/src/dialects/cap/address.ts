/** Paths of the calls. */
export const BASE = '/cap'

/** What Cap's own server has below a key, and nothing else at the root has. */
const AT_ROOT = /^\/(?=[0-9a-f]{30}\/(?:2\/)?(?:challenge|redeem|siteverify)(?:\?|$))/
/** Only challenges differ between the formats. */
const FORMAT_2 = /^(\/cap\/[^/?]+)\/2\/(?=(?:redeem|siteverify)(?:\?|$))/

/**
 * An address of the root with `/cap` before it: a key first, as 30 hexadecimal digits, shadows no address of
 * another dialect. Calls below the base address of format 2 that are the same in both formats lose the `2`.
 */
export const spelledUrl = (url: string): string => url.replace(AT_ROOT, `${BASE}/`).replace(FORMAT_2, '$1/')
