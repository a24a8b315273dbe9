import { CaptchaError } from '@upright/core'
import { cidrOf } from '../policy/cidr.ts'
import { type LadderSettings, MAX_ALLOWANCE } from '../registry/ladder-settings.ts'

/** Flags about how much visitors are asked for, beside `--rung`. */
export const LADDER_FLAGS = {
  preset: { type: 'string' },
  ceiling: { type: 'string' },
  ladder: { type: 'string' },
  expect: { type: 'string' },
  allow: { type: 'string', multiple: true },
} as const

/** What the flags that are words say. Which words there are is for the registry to say. */
export function ladderSettingsOf(flags: {
  preset?: string | undefined
  ladder?: string | undefined
}): Partial<LadderSettings> {
  const { preset, ladder } = flags
  return {
    ...(preset !== undefined && { preset: preset as LadderSettings['preset'] }),
    ...(ladder !== undefined && { ladder: ladder as LadderSettings['ladder'] }),
  }
}

/**
 * Allowances as flags write them, over what was set before: `192.0.2.0/24=4`; 1 is what everybody has.
 * @throws CaptchaError `usage`
 */
export function allowancesOf(
  flags: readonly string[],
  before: LadderSettings['allowances'] = {},
): LadderSettings['allowances'] {
  const allowances: Record<string, number> = { ...before }
  for (const flag of flags) {
    const [, cidr = '', digits = ''] = /^([^=]+)=(\d{1,3})$/.exec(flag) ?? []
    const times = Number(digits)
    if (!cidrOf(cidr) || times < 1 || times > MAX_ALLOWANCE) {
      throw new CaptchaError(
        'usage',
        `--allow ${flag}: it is a network and a number from 1 to ${MAX_ALLOWANCE}, such as 192.0.2.0/24=4`,
      )
    }
    if (times === 1) delete allowances[cidr]
    else allowances[cidr] = times
  }
  return allowances
}

/** Allowances of a site, as the flags write them. */
export const showAllowances = (allowances: LadderSettings['allowances']): string =>
  Object.entries(allowances)
    .map(([cidr, times]) => `${cidr}=${times}`)
    .join(' ') || 'none'
