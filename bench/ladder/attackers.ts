import { home } from './traffic.ts'

/** Programs that send. */
export interface Attackers {
  /** Seconds from the start of the attack until the next answer; undefined at the end. */
  every(time: number): number | undefined
  /** Address of the nth answer. */
  address(n: number): string
  /** `forms`: passes are earned and redeemed; `kept`: earned; `asked`: tickets alone; `wrong`: with work. */
  does: 'forms' | 'kept' | 'asked' | 'wrong'
  /** Share of forms that turn out bad. @default 0.98 */
  bad?: number
}

/** Address n of so many networks. */
const among = (networks: number) => (n: number) => home(172, n % networks)

/** So many answers a second for so many seconds. */
export const steady = (
  perSecond: number,
  seconds: number,
  networks: number,
  does: Attackers['does'] = 'forms',
): Attackers => ({
  every: time => (time < seconds ? 1 / perSecond : undefined),
  address: among(networks),
  does,
})

/** Pulses: so many answers at once, every so many seconds. */
export const pulses = (count: number, seconds: number, until: number, networks: number): Attackers => {
  let sent = 0
  return {
    every: time => (time > until ? undefined : ++sent % count === 0 ? seconds : 0.01),
    address: among(networks),
    does: 'forms',
  }
}

/** From nothing to so many an hour, within so many seconds. */
export const ramp = (perHour: number, seconds: number, networks: number): Attackers => ({
  every: time => (time < seconds ? 3600 / Math.max(1, (perHour * time) / seconds) : undefined),
  address: among(networks),
  does: 'forms',
})
