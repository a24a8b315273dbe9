import type { Drawn, WorkSettings } from '@upright/core'

/** The work of an id, as both protocols hand it out. */
export interface IssuedWork {
  /** 32 hexadecimal digits. */
  id: string
  drawn: Drawn<WorkSettings>
  /** Whole seconds since 1970. */
  expires: number
  /** The id of the code that belongs to it, 32 hexadecimal digits. @default none */
  code?: string | undefined
}

/** What a payload claims, before anything of it is believed. */
export interface Claimed extends Omit<IssuedWork, 'drawn'> {
  signature: string
  /** The response, as `captcha.check` takes it. */
  response: string
  /**
   * What has to be signed when the work of the id is `drawn`; undefined when the payload says something else
   * about the id than we would have said.
   */
  signedText(drawn: Drawn<WorkSettings>): string | undefined
}

/** An id as both protocols write it. */
const ID = /^[0-9a-f]{32}$/
export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value)
export const plainId = (id: string): string => id.replaceAll('-', '')
