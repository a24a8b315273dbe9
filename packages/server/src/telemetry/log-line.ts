import type { Config } from '../config.ts'

/** The time of a line as text, for `logTime` `iso`. */
export const isoTime = (): string => new Date().toISOString()

/** The fields with which a line begins that is written by a process without a server. */
export const lineStart = ({ logTime }: Pick<Config, 'logTime'>, level: number) => ({
  level,
  time: logTime === 'iso' ? isoTime() : Date.now(),
})
