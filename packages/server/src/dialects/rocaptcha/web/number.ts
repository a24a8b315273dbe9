const DIGIT = /\p{Nd}/u

/** The value of a Unicode decimal digit, as the engine reads it: digits come in runs of ten code points. */
function digitValue(digit: string): string {
  const point = digit.codePointAt(0)!
  let first = point
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--
  return String((point - first) % 10)
}

/**
 * The whole number that was typed, in digits of any script, with spaces and invisible characters ignored.
 * Undefined for what is no number of at most three digits: nothing is merged, so that `12,5` is not 125.
 */
export function readNumber(typed: string): number | undefined {
  const digits = typed
    .replace(/[\p{White_Space}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/\p{Nd}/gu, digitValue)
  return /^\d{1,3}$/.test(digits) ? Number(digits) : undefined
}
