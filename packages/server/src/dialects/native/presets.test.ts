import { afterEach, beforeEach, expect, it } from 'vitest'
import { PRESET_RUNGS, PRESETS, type Preset } from '../../registry/ladder-settings.ts'
import { type TestApp, testApp } from '../../testing/app.ts'
import { solve } from '../../testing/native-answer.ts'
import type { AnswerReply, NativeChallenge } from './wire.ts'

/** Work that a test solves at once, also where a rung asks for more. */
const EASY = { work: { native: { style: 'sha256', level: 16 } } }

let test: TestApp
beforeEach(async () => {
  test = await testApp({ rate: 0, ...EASY })
})
afterEach(() => test.close())

const post = async (path: string, payload: object) => {
  const answer = await test.app.inject({
    method: 'POST',
    url: `/upright/v1/${path}`,
    payload: JSON.stringify(payload),
  })
  expect(answer.statusCode).toBe(200)
  return answer.json()
}
const setPreset = (preset: Preset, rung = PRESET_RUNGS[preset].rung) =>
  test.service.registry.setSite(test.site.id, { settings: { preset, ...PRESET_RUNGS[preset], rung } })

it('switched while visitors of each answer lose nobody: all get a pass', async () => {
  const asked: NativeChallenge[] = []
  for (const preset of PRESETS) {
    await setPreset(preset)
    asked.push(await post('challenge', { sitekey: test.site.publicKey }))
  }
  const sent = await Promise.all(
    asked.map(async ({ ticket }) => {
      const id = test.service.tickets.open(ticket, 'any')!.ids.get('work')!
      const work = (await solve(test, id)).split(',').map(Number)
      return { ticket, kind: 'work', response: '', work }
    }),
  )
  const switching = (async () => {
    for (const preset of [...PRESETS, ...PRESETS]) await setPreset(preset)
  })()
  const replies: AnswerReply[] = await Promise.all(sent.map(answer => post('answer', answer)))
  await switching
  for (const reply of replies) expect(reply).toMatchObject({ success: true })
})

it('that asks for more than work alone refuses work alone on rung 3, with a ticket of its own', async () => {
  await setPreset('log-in', 3)
  const { ticket } = await post('challenge', { sitekey: test.site.publicKey })
  const id = test.service.tickets.open(ticket, 'any')!.ids.get('work')!
  const work = (await solve(test, id)).split(',').map(Number)
  await setPreset('contact', 3)
  const reply = await post('answer', { ticket, kind: 'work', response: '', work })
  expect(reply).toMatchObject({ success: false, reason: 'wrong', kinds: expect.arrayContaining(['speech']) })
})
