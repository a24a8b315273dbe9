import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createCaptcha } from './captcha.ts'
import { memoryLedger } from './ledger.ts'
import { createPasses } from './pass.ts'
import { createTickets } from './ticket.ts'

const SECRET = 's'.repeat(32)
const OPTIONS = { secret: SECRET, ledger: memoryLedger(), now: Date.now, random: randomBytes }

it.each([
  ['createCaptcha', createCaptcha],
  ['createPasses', createPasses],
  ['createTickets', createTickets],
])('%s says which of its options is wrong, and never what a secret is', (name, create) => {
  expect(create(OPTIONS)).toBeDefined()
  expect(create({ ...OPTIONS, accepted: [SECRET], onOutage: undefined })).toBeDefined()
  const refusals: [object | undefined, string][] = [
    [undefined, 'secret is missing; it is a text'],
    [{ ...OPTIONS, secret: undefined }, 'secret is missing;'],
    [{ ...OPTIONS, secret: { text: SECRET } }, 'secret is something else; it is a text'],
    [{ ...OPTIONS, accepted: SECRET }, 'accepted is something else; it is an array of texts'],
    [{ ...OPTIONS, ledger: undefined }, 'ledger is missing; it is a ledger, such as memoryLedger()'],
    [{ ...OPTIONS, ledger: {} }, 'ledger is {};'],
    [{ ...OPTIONS, ledger: null }, 'ledger is null;'],
    [{ ...OPTIONS, now: 5 }, 'now is 5; it is a function that gives milliseconds since 1970'],
    [
      { ...OPTIONS, random: undefined },
      'random is missing; it is a function that gives as many random bytes',
    ],
    [{ ...OPTIONS, onOutage: true }, 'onOutage is true;'],
    [{ ...OPTIONS, expiry: 600 }, 'there is no option "expiry"; there are secret, accepted, ledger, now,'],
  ]
  for (const [options, message] of refusals) {
    expect(() => create(options as typeof OPTIONS)).toThrow(
      expect.objectContaining({
        code: 'bad_option',
        message: expect.stringContaining(`${name}: ${message}`),
      }),
    )
  }
})

it.each([
  [{ season: -1 }, 'season is -1; it is a whole number from 0 to 31622400'],
  [{ fonts: 'Inter' }, 'fonts is "Inter"; it is an array of fonts'],
  [{ kinds: ['sudoku'] }, 'kinds is ["sudoku"]; it is an array of text, rotate,'],
])('createCaptcha refuses %j', (more, message) => {
  expect(() => createCaptcha({ ...OPTIONS, ...more } as typeof OPTIONS)).toThrow(message)
})
