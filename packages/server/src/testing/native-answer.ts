import { solveWork, workStyleNamed } from '@upright/core'
import { PEOPLE_KINDS } from '../dialects/native/challenge.ts'
import type { Service } from '../service.ts'
import type { TestApp } from './app.ts'
import type { AnsweredChallenge } from './dialect-contract.ts'

/** Work that a test solves at once. */
const EASY = { style: 'sha256', level: 16 }

/** The counters that solve the work of an id, for a response to it alone or beside another. */
export async function solve(
  { service }: { service: Pick<Service, 'captcha'> },
  id: string,
  beside = false,
): Promise<string> {
  const challenge = service.captcha.open(id)
  if (challenge?.style.kind !== 'work') throw new Error(`${id} is no work`)
  const { settings } = challenge.style
  return solveWork({ ...challenge, settings }, beside ? 'native-beside' : 'native')
}

/** A ticket of these ids, as the service seals one. */
export const ticketOf = (
  { service, site }: TestApp,
  ids: Record<string, string>,
  { dialect = 'native', rung = 0 } = {},
): string =>
  service.tickets.issue({
    site: site.id,
    expiry: site.settings.expiry,
    dialect,
    hostname: '',
    action: '',
    cdata: '',
    rung,
    reasons: [],
    ids: new Map(Object.entries(ids)),
  })

/** Answers a ticket of a dialect with a challenge in it: the pass, where one came of it. */
export async function earnWith(
  test: TestApp,
  dialect: string,
  { id, response }: AnsweredChallenge,
): Promise<string | undefined> {
  const style = test.service.captcha.open(id)!.style
  const kinds = {
    text: style.name.startsWith('hear') ? 'speech' : 'text',
    rotate: 'rotate',
    work: 'work',
  }
  const kind = kinds[style.kind as keyof typeof kinds] ?? PEOPLE_KINDS[0]!
  const easy = test.service.captcha.issue(test.site.id, workStyleNamed(EASY.style)!, EASY.level)
  const ids = kind === 'work' ? { work: id } : { work: easy, [kind]: id }
  const work = kind === 'work' ? response : await solve(test, easy, true)
  const ticket = ticketOf(test, ids, { dialect })
  const answer = await test.app.inject({
    method: 'POST',
    url: '/upright/v1/answer',
    payload: JSON.stringify({ ticket, kind, response, work: work.split(',').map(Number) }),
  })
  return answer.json().pass
}
