import { expect, it, vi } from 'vitest'
import { rocaptchaApp } from './testing.ts'

it('passes without thanks when nobody can tell which picture it was, and the log says why', async () => {
  const test = await rocaptchaApp()
  const hash = await test.generate()
  const gone = vi.spyOn(test.service.registry, 'pictures').mockRejectedValue(new Error('gone'))
  const answer = await test.post({ hash, response: test.right(hash), lang: 'fr' })
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'PASSED' }])
  // Neither what was to be counted nor who was to give thanks.
  expect(test.logs).toHaveLength(2)
  gone.mockRestore()
  await test.close()
})
