import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryLedger } from './ledger.ts'
import { createSealedRecords, type NewRecord } from './sealed-record.ts'

const SECRET = 'a master secret for tests, and for nothing else'
const RECORD: NewRecord = {
  site: 1,
  expiry: 120,
  dialect: 'native',
  hostname: '',
  action: '',
  cdata: '',
  rung: 0,
  reasons: [],
}

function setUp(time = 1_800_000_000, accepted: string[] = []) {
  const clock = { time }
  const now = () => clock.time * 1000
  const ledger = memoryLedger(now)
  const options = { secret: SECRET, accepted, ledger, now, random: randomBytes }
  return { clock, ledger, records: createSealedRecords('test', options) }
}

/** Texts of at most so many bytes of UTF-8, of any characters. */
const text = (bytes: number) =>
  fc
    .string({ unit: 'binary', maxLength: bytes })
    .filter(text => Buffer.byteLength(text) <= bytes && Buffer.from(text).toString() === text)

describe('a sealed record', () => {
  const { records } = setUp()

  it('opens to what was sealed, and is 2,048 characters at most', () => {
    const content = fc.record({
      site: fc.nat(2 ** 24 - 1),
      expiry: fc.integer({ min: 1, max: 86_400 }),
      dialect: text(20),
      hostname: text(255),
      action: text(100),
      cdata: text(255),
      rung: fc.nat(3),
      reasons: fc.array(text(20), { maxLength: 6 }),
    })
    fc.assert(
      fc.property(content, fc.array(text(40), { maxLength: 10 }), (record, more) => {
        const token = records.close(record, more)
        expect(token).toMatch(/^[A-Za-z0-9_-]{1,2048}$/)
        const opened = records.open(token, record.site)!
        const nonce = expect.stringMatching(/^[A-Za-z0-9_-]{16}$/)
        expect(opened.record).toEqual({ ...record, nonce, time: 1_800_000_000 })
        expect(opened.more).toEqual(more)
      }),
    )
  })

  it.each([
    ['action', 100],
    ['cdata', 255],
    ['hostname', 255],
  ] as const)('takes %s of %i bytes, and not one more', (name, most) => {
    const close = (value: string) => records.close({ ...RECORD, [name]: value }, [])
    expect(records.open(close('x'.repeat(most)), 1)!.record[name]).toHaveLength(most)
    const refusal = expect.objectContaining({
      code: 'bad_request',
      detail: `${name} is longer than ${most} bytes`,
    })
    expect(() => close('x'.repeat(most + 1))).toThrow(refusal)
    expect(() => close('é'.repeat(most / 2 + 1))).toThrow(refusal)
  })

  it('takes no longer text of ours, and not more of them than a token holds', () => {
    const refusal = expect.objectContaining({ code: 'internal' })
    expect(records.open(records.close(RECORD, ['x'.repeat(255)]), 1)!.more[0]).toHaveLength(255)
    expect(() => records.close(RECORD, ['x'.repeat(256)])).toThrow(refusal)
    const filled = (last: number) => [...Array(5).fill('x'.repeat(255)), 'x'.repeat(last)]
    let most = 0
    while (most < 255) {
      try {
        expect(records.close(RECORD, filled(most)).length).toBeLessThanOrEqual(2048)
        most++
      } catch (error) {
        expect(error).toEqual(refusal)
        break
      }
    }
    const longest = records.close(RECORD, filled(most - 1))
    expect(longest).toHaveLength(2048)
    expect(records.open(longest, 1)).toBeDefined()
  })

  it('is the same token for the same content, and of another content has nothing in common with it', () => {
    const same = { ...RECORD, nonce: 'AAAAAAAAAAAAAAAA', time: 1_800_000_000 }
    const token = records.close(same, [])
    expect(records.close(same, [])).toBe(token)
    const other = records.close({ ...same, rung: 1 }, [])
    // After the hour, every byte is another but for chance.
    const [a, b] = [token, other].map(text => Buffer.from(text, 'base64url').subarray(3)) as [Buffer, Buffer]
    expect(a.filter((byte, i) => byte === b[i]).length).toBeLessThan(6)
    expect(a.subarray(0, 12).equals(b.subarray(0, 12))).toBe(false)
  })

  it('is under another key each hour, in one it opens in another', () => {
    const { clock, records } = setUp(1_800_000_000 - (1_800_000_000 % 3600) + 3599)
    const content = { ...RECORD, nonce: 'AAAAAAAAAAAAAAAA' }
    const before = records.close(content, [])
    clock.time += 1
    const after = records.close(content, [])
    const hours = [before, after].map(token => Buffer.from(token, 'base64url').readUIntBE(0, 3))
    expect(hours[1]! - hours[0]!).toBe(1)
    expect(records.open(before, 1)).toBeDefined()
    const swapped = Buffer.from(before, 'base64url')
    swapped.writeUIntBE(hours[1]!, 0, 3)
    expect(records.open(swapped.toString('base64url'), 1)).toBeUndefined()
  })

  it.each([0, 1800])('opens up to 15 minutes early, %i seconds into an hour', second => {
    const { clock, records } = setUp(1_800_000_000 + second)
    const token = records.close(RECORD, [])
    clock.time -= 15 * 60
    expect(records.open(token, 1)).toBeDefined()
    clock.time -= 1
    expect(records.open(token, 1)).toBeUndefined()
  })

  it('is made under one secret, whichever others are accepted', () => {
    const token = setUp(1_800_000_000, ['another secret, which is accepted']).records.close(RECORD, [])
    expect(records.open(token, 1)).toBeDefined()
  })

  it('is claimed under its time, its label and its nonce', async () => {
    const { ledger, records } = setUp()
    const record = { ...RECORD, nonce: 'AAAAAAAAAAAAAAAA', time: 1_800_000_000 }
    expect(await records.claim(record, 'first', 'refuse')).toBeUndefined()
    expect(await ledger.claimed('6b49d200.test.AAAAAAAAAAAAAAAA')).toBe('first')
    expect(await records.claimed(record, 'refuse')).toBe('first')
    for (const other of [{ time: 1_800_000_001 }, { nonce: 'AAAAAAAAAAAAAAAB' }]) {
      expect(await records.claimed({ ...record, ...other }, 'refuse')).toBeUndefined()
    }
  })

  it('is of one label', () => {
    const options = {
      secret: SECRET,
      ledger: memoryLedger(),
      now: () => 1_800_000_000_000,
      random: randomBytes,
    }
    const token = createSealedRecords('other', options).close(RECORD, [])
    expect(records.open(token, 1)).toBeUndefined()
  })

  it('keeps opening tokens of the same secret in later versions', () => {
    const token =
      'B6Eg17M-LjD4DfcoHyXjPqwXuuiUJf3Gnm8NNl2MTEdX18pbBfweeUHOq4G9sAVJtCs-7dSmQPjdUOyKY2z-aSy6WOGwUEr4uj7CQ3Y0weYDuUcvcfmN8WgOsyNa3TPzTXRd1lGJriZ_FdTBJAXMl2haW_nyRHOZ'
    const record = {
      nonce: 'AAECAwQFBgcICQoL',
      site: 66_051,
      time: 1_800_000_000,
      expiry: 300,
      dialect: 'native',
      hostname: 'example.org',
      action: 'sign-up',
      cdata: 'é',
      rung: 2,
      reasons: ['site-volume'],
    }
    expect(records.close(record, ['one', ''])).toBe(token)
    expect(records.open(token, 66_051)).toEqual({ record, more: ['one', ''] })
  })

  it('opens for two days, however many hours the process has seen', () => {
    const { clock, records } = setUp()
    const tokens: string[] = []
    for (let hour = 0; hour < 200; hour++) {
      tokens.push(records.close(RECORD, []))
      expect(records.open(tokens[Math.max(0, hour - 48)]!, 1)).toBeDefined()
      if (hour > 48) expect(records.open(tokens[hour - 49]!, 1)).toBeUndefined()
      clock.time += 3600
    }
  })
})

describe('a ledger that has lost what was spent', () => {
  function lossy() {
    const clock = { time: 1_800_000_000 }
    let before: number | undefined
    const now = () => clock.time * 1000
    const loss = () => (before === undefined ? undefined : { before, alarming: true })
    const options = { secret: SECRET, ledger: { ...memoryLedger(now), loss }, now, random: randomBytes }
    const records = createSealedRecords('test', options)
    const recordOf = (token: string) => records.open(token, 1)!.record
    return {
      clock,
      records,
      recordOf,
      lose: (seconds: number) => {
        before = seconds
      },
    }
  }

  it('ends the life of records from before, and is not believed about one that is being claimed', async () => {
    const { records, recordOf, clock, lose } = lossy()
    const record = recordOf(records.close(RECORD, []))
    expect(records.secondsLeft(record)).toBe(120)
    lose(clock.time - 1)
    expect(records.secondsLeft(record)).toBe(120)
    lose(clock.time)
    expect(records.secondsLeft(record)).toBe(Number.NEGATIVE_INFINITY)
    const unavailable = { code: 'unavailable' }
    await expect(records.claim(record, 'value', 'refuse')).rejects.toMatchObject(unavailable)
    await expect(records.claimed(record, 'accept')).rejects.toMatchObject(unavailable)
  })

  it('dates new records after it, so that they can be used at once', async () => {
    const { records, recordOf, clock, lose } = lossy()
    lose(clock.time + 2)
    const record = recordOf(records.close(RECORD, []))
    expect(record.time).toBe(clock.time + 3)
    expect(await records.claim(record, 'value', 'refuse')).toBeUndefined()
    expect(await records.claim(record, 'other', 'refuse')).toBe('value')
  })
})
