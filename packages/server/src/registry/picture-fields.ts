import { CaptchaError, isHoldable, MIN_SUBJECT, type Subject } from '@upright/core'
import { type PictureFacts, STATES, STATUSES } from './picture.ts'
import type { PictureChange } from './registry.ts'

/** Most characters of each text. Addresses are longer than words. */
export const MAX_FIELD_LENGTHS: Readonly<Record<Exclude<keyof PictureFacts, 'status'>, number>> = {
  name: 80,
  species: 200,
  shelter: 200,
  city: 200,
  link: 500,
  credit: 200,
  licence: 200,
  source: 500,
}

/** Default fields of a picture; a name is required. */
export const NO_FACTS: Omit<PictureFacts, 'name'> = {
  species: '',
  status: 'NONE',
  shelter: '',
  city: '',
  link: '',
  credit: '',
  licence: '',
  source: '',
}

const wrong = (name: string, wanted: string, value?: unknown) => {
  const not = value === undefined ? '' : `, not ${JSON.stringify(value).slice(0, 60)}`
  return new CaptchaError('bad_request', `${name} must be ${wanted}${not}`)
}

/**
 * A text in one line: control characters and directions of writing, which could forge what stands beside it,
 * become spaces or go.
 */
export const plainText = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()

function textOf(name: keyof typeof MAX_FIELD_LENGTHS, value: unknown): string {
  if (typeof value !== 'string') throw wrong(name, 'a text')
  const longest = MAX_FIELD_LENGTHS[name]
  // Not even looked at: a text of a megabyte is refused as fast as one that is a little too long.
  const text = value.length > 16 * longest ? undefined : plainText(value)
  if (text === undefined || [...text].length > longest) throw wrong(name, `at most ${longest} characters`)
  if (name === 'name' && text === '') throw wrong(name, `1 to ${longest} characters`)
  if (name === 'link' && text !== '') return linkOf(text)
  return text
}

function linkOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw wrong('link', 'an address that begins with https:// or http://', text)
  if (url.username || url.password) throw wrong('link', 'an address without a password')
  if (url.href.length > MAX_FIELD_LENGTHS.link)
    throw wrong('link', `at most ${MAX_FIELD_LENGTHS.link} characters`)
  return url.href
}

function oneOf<T extends string>(name: string, value: unknown, words: readonly T[]): T {
  if (!words.includes(value as T)) throw wrong(name, `one of ${words.join(', ')}`, value)
  return value as T
}

function numberOf(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw wrong(name, `a number from ${low} to ${high}`)
  }
  return value
}

/** A box that discs can hold. @throws CaptchaError `bad_request`, saying what it must be */
export function checkSubject(value: unknown): Subject {
  const box = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof Subject, unknown>
  >
  const side = (name: keyof Subject, low: number) => numberOf(`subject.${name}`, box[name], low, 1)
  const subject = {
    x: side('x', 0),
    y: side('y', 0),
    width: side('width', MIN_SUBJECT),
    height: side('height', MIN_SUBJECT),
  }
  if (subject.x + subject.width > 1 || subject.y + subject.height > 1) {
    throw wrong('subject', 'a box within the picture')
  }
  if (!isHoldable(subject)) throw wrong('subject', 'smaller or nearer the middle: a disc shows no corners')
  return subject
}

/**
 * What may be stored of a picture, from what somebody sent: what is left out stays left out.
 * @throws CaptchaError `bad_request`, naming the fact and what it must be
 */
export function checkPicture(change: PictureChange): PictureChange {
  const checked: PictureChange = {}
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue
    if (name === 'status') checked.status = oneOf(name, value, STATUSES)
    else if (name === 'state') checked.state = oneOf(name, value, STATES)
    else if (name === 'lean') checked.lean = numberOf(name, value, -180, 180)
    else if (name === 'machineEase') checked.machineEase = numberOf(name, value, 0, 1)
    else if (name === 'subject') checked.subject = checkSubject(value)
    else if (Object.hasOwn(MAX_FIELD_LENGTHS, name)) {
      const text = name as keyof typeof MAX_FIELD_LENGTHS
      checked[text] = textOf(text, value)
    } else throw new CaptchaError('bad_request', `a picture has no ${JSON.stringify(name).slice(0, 60)}`)
  }
  return checked
}
