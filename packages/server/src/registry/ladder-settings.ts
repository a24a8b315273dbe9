import { CaptchaError } from '@upright/core'
import { cidrOf } from '../policy/cidr.ts'

/** What the form of a site is for. */
export const PRESETS = ['contact', 'sign-up', 'log-in', 'reset', 'download'] as const
export type Preset = (typeof PRESETS)[number]

/** How the ladder's rungs are used: not at all, computed and recorded, or asked of visitors. */
export const LADDER_MODES = ['off', 'shadow', 'enforce'] as const
export type LadderMode = (typeof LADDER_MODES)[number]

/** Settings of a site about how much its visitors are asked for. */
export interface LadderSettings {
  preset: Preset
  /** The lowest rung of what visitors are asked for, 0 … 3. */
  rung: number
  /** The highest rung, 0 … 3; one below the lowest counts as the lowest. */
  ceiling: number
  ladder: LadderMode
  /** Passes an hour that are expected of a site in its first week. */
  expect: number
  /** How many times as much as others networks may answer, by CIDR. */
  allowances: Readonly<Record<string, number>>
  /** When an operator has last said that what is going on is usual: milliseconds since 1970; 0 never. */
  usualAt: number
}

export const DEFAULT_LADDER_SETTINGS: LadderSettings = {
  preset: 'contact',
  rung: 0,
  ceiling: 3,
  ladder: 'enforce',
  expect: 60,
  allowances: {},
  usualAt: 0,
}

/** The rungs of each preset; they are set with it, and can be set otherwise after it or beside it. */
export const PRESET_RUNGS: Readonly<Record<Preset, Pick<LadderSettings, 'rung' | 'ceiling'>>> = {
  contact: { rung: 0, ceiling: 3 },
  // What even a few accounts of a program are worth is more than rung 0 costs.
  'sign-up': { rung: 1, ceiling: 3 },
  'log-in': { rung: 0, ceiling: 3 },
  // Each one sends a message to somebody.
  reset: { rung: 1, ceiling: 3 },
  // Nobody has to read a code for a file.
  download: { rung: 0, ceiling: 2 },
}

/** Whether work alone has to be enough on every rung: WCAG 2.2 SC 3.3.8 asks that of log-ins. */
export const isWorkEnough = ({ preset }: Pick<LadderSettings, 'preset'>): boolean =>
  preset === 'log-in' || preset === 'reset'

/** Most networks with an allowance, and the largest one. */
const MAX_ALLOWANCES = 64
export const MAX_ALLOWANCE = 100

/** @throws CaptchaError `bad_request` */
export function checkAllowances(value: unknown): LadderSettings['allowances'] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined
  const valid = ([cidr, times]: [string, unknown]) =>
    cidrOf(cidr) && Number.isInteger(times) && (times as number) >= 1 && (times as number) <= MAX_ALLOWANCE
  if (!entries || entries.length > MAX_ALLOWANCES || !entries.every(valid)) {
    throw new CaptchaError(
      'bad_request',
      `allowances must be at most ${MAX_ALLOWANCES} whole numbers from 1 to ${MAX_ALLOWANCE} by CIDR, such as 192.0.2.0/24`,
    )
  }
  return Object.fromEntries(entries)
}
