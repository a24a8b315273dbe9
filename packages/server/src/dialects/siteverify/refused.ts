import type { ErrorCode, RefusedAnswer } from './wire.ts'

export const refused = (
  code: ErrorCode,
  more: Omit<RefusedAnswer, 'success' | 'error-codes'> = {},
): RefusedAnswer => ({ success: false, 'error-codes': [code], ...more })
