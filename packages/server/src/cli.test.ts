import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleNamed, styleNumbered, workStyleNamed } from '@upright/core'
import { describe, expect, it, vi } from 'vitest'
import { runCommandLine } from './command-line.ts'
import { readConfig } from './config.ts'
import { plainCodeLevel } from './dialects/code-level.ts'
import { openService } from './open.ts'
import { DEFAULT_SETTINGS } from './registry/settings.ts'
import { runChild } from './testing/child.ts'
import { runCommand } from './testing/command.ts'
import { freshFolder } from './testing/folder.ts'

const freshData = () => join(freshFolder(), 'data')
const upright = (...args: string[]) => runCommand(args)
/** The same as a process of its own. */
const uprightProcess = (...args: string[]) => runChild('cli.ts', args)
/** What a command that must succeed prints with --json. */
async function json(...args: string[]) {
  const { code, stdout, stderr } = await upright(...args, '--json')
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('upright', () => {
  it('explains itself', async () => {
    const [help, bare, one, version] = await Promise.all([
      upright('--help'),
      upright(),
      upright('site', '--help'),
      uprightProcess('--version'),
    ])
    for (const name of ['serve', 'site add', 'answer', 'render', 'reading-test', 'doctor'])
      expect(help.stdout).toContain(`upright ${name}`)
    expect(bare).toEqual(help)
    expect(one.stdout).toContain('site rotate')
    expect(one.stdout).not.toContain('doctor')
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [['fly'], 'there is no command "fly"'],
    [['site'], 'choose one of add, list'],
    [['site', 'add'], 'site add needs --name'],
    [
      ['site', 'add', '--name', 'a', '--attempts', '0'],
      '--attempts must be a whole number from 1 to 10, not "0"',
    ],
    [['site', 'add', '--name', 'a', '--origin', 'example.org'], 'origins such as https://example.org'],
    [['site', 'set', '1'], 'needs something to set'],
    [['site', 'show'], 'ID is missing'],
    [['site', 'list', 'x'], '"x" is one argument too many'],
    [['doctor', '--colour'], "Unknown option '--colour'; there are --data, --json"],
    [['site', 'remove', '1', '-x'], "Unknown option '-x'; there are --data, --json, --yes"],
    [['site', 'add', '--name'], "Option '--name' argument is ambiguous"],
    [['site', 'add', '--name', 'a', '--name', 'b'], '--name is given twice'],
    [['site', 'add', '--name', 'a', '--revalidation', 'never'], 'revalidation must be grace or strict'],
    [['site', 'add', '--name', 'a', '--altcha-code', 'x'], '--altcha-code is on or off'],
    [['site', 'add', '--name', 'a', '--score', 'x'], '--score is on or off'],
    [['site', 'add', '--name', 'a', '--outage', 'x'], 'outage must be refuse or accept'],
    [['help', 'fly'], 'there is no command "fly"'],
    [['render', 'text', '--style', 'captchaFR'], 'render needs --count and --out'],
    [
      ['render', 'text', '--style', 'x', '--count', '1', '--out', '/nowhere'],
      'There is no style of this name: x',
    ],
    [['render', 'text', '--count', '1', '--out', 'x'], 'render needs --style'],
    [
      ['render', 'text', '--style', 'captchaFR', '--count', '1', '--out', '/dev/null'],
      'cannot be made (ENOTDIR)',
    ],
    [
      ['render', 'text', '--style', 'read', '--count', '1', '--out', 'x', '--level', 'hard'],
      '--level must be light or standard, not "hard"',
    ],
    [['render', 'rotate', '--style', 'x', '--count', '1', '--out', 'x'], '--style is not for rotate'],
    [['render', 'dance', '--count', '1', '--out', 'x'], 'text, speech, rotate and work can be rendered'],
    [
      ['render', 'text', '--style', 'captchaFR', '--count', '1', '--out', 'x', '--snr', '3'],
      '--snr is not for text',
    ],
    [
      ['render', 'speech', '--style', 'captchaFR', '--count', '1', '--out', 'x', '--snr', '50'],
      '--snr must be a whole number from 0 to 40, not "50"',
    ],
    [
      [
        'render',
        'speech',
        '--style',
        'captchaFR',
        '--count',
        '1',
        '--out',
        freshFolder(),
        '--language',
        'xx',
      ],
      '--language must be one of fr, en, cs, de, es, it, not "xx"',
    ],
  ])('says in one line what is wrong with %j', async (args, message) => {
    const stdout = vi.spyOn(process.stdout, 'write')
    const { code, complaint } = await runCommandLine([...args, '--data', freshData()])
    const written = stdout.mock.calls
    stdout.mockRestore()
    expect(complaint).toMatch(/^[^\n]+$/)
    expect(complaint).toContain(message)
    expect([code, written]).toEqual([message.includes('style') && !message.includes('--style') ? 1 : 2, []])
  })

  // A command that is unknown, one that is used wrongly, and one that fails.
  it.each([
    [['fly'], 2],
    [['site', 'add'], 2],
    [['render', 'text', '--style', 'x', '--count', '1', '--out', '/nowhere'], 1],
  ])('writes what is wrong with %j to stderr alone, and ends with %i', async (args, status) => {
    const { code, stdout, stderr } = await uprightProcess(...args, '--data', freshData())
    expect(stderr).toMatch(/^upright: [^\n]+\n$/)
    expect([code, stdout]).toEqual([status, ''])
  })
})

describe('upright site', () => {
  it('leads a site through its life', async () => {
    const data = freshData()
    const added = await json('site', 'add', '--name', 'Mairie', '--data', data)
    expect(Object.keys(added)).toEqual(['id', 'name', 'publicKey', 'secret'])
    const flags = [
      '--attempts',
      '3',
      '--no-open',
      '--origin',
      'https://a.example',
      '--origin',
      'https://b.example',
    ]
    const set = await json('site', 'set', '1', ...flags, '--data', data)
    expect(set.settings).toMatchObject({
      attempts: 3,
      open: false,
      origins: ['https://a.example', 'https://b.example'],
    })
    expect(await json('site', 'show', added.publicKey, '--data', data)).toEqual(set)
    expect(await json('site', 'list', '--data', data)).toEqual([set])
    const rotated = await json('site', 'rotate', '1', '--yes', '--data', data)
    expect(rotated).toEqual({ ...added, secret: expect.stringMatching(/^[0-9a-f]{30}$/) })
    expect(rotated.secret).not.toBe(added.secret)
    const unsure = await upright('site', 'rotate', '1', '--data', data)
    expect(unsure).toMatchObject({ code: 2, stdout: '' })
    expect(unsure.stderr).toMatch(/: this would replace the secret of site 1 \(.*\) for good: add --yes\n$/)
    const asked = await upright('site', 'remove', '1', '--data', data)
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toMatch(/^upright: .*: this would remove site 1 \(.*\) for good: add --yes\n$/)
    expect(await json('site', 'remove', '1', '--yes', '--data', data)).toEqual({ removed: 1 })
    const gone = await upright('site', 'show', '1', '--data', data)
    const typo = freshData()
    expect((await upright('site', 'list', '--data', typo)).stderr).toContain(`${typo} holds no sites`)
    expect([gone.code, gone.stderr]).toEqual([
      1,
      expect.stringMatching(/^upright: There is no such site: 1[^\n]*\n$/),
    ])
  })

  it('shows the key for plug-ins on demand alone, makes it once and replaces it by itself', async () => {
    const data = freshData()
    const { secret } = await json('site', 'add', '--name', 'Mairie', '--data', data)
    const early = await upright('site', 'show', '1', '--altcha-key', '--data', data)
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('holds no master secret')])
    await (await openService(readConfig(data, {}))).close()
    const { stdout } = await upright('site', 'show', '1', '--altcha-key', '--data', data)
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/)
    const altchaKey = stdout.trim()
    expect(await json('site', 'show', '1', '--altcha-key', '--data', data)).toEqual({ id: 1, altchaKey })
    for (const args of [['show', '1'], ['list']]) {
      const shown = await upright('site', ...args, '--json', '--data', data)
      expect(shown.stdout).not.toContain('altchaKey')
    }
    const other = await json('site', 'rotate', '1', '--altcha', '--yes', '--data', data)
    expect(other).toEqual({ id: 1, altchaKey: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(other.altchaKey).not.toBe(altchaKey)
    const service = await openService(readConfig(data, {}))
    expect((await service.registry.siteBySecret(secret))?.id).toBe(1)
    await service.close()
    const on = ['--altcha-code', 'on', '--score', 'on']
    const { settings: both } = await json('site', 'set', '1', ...on, '--data', data)
    expect([both.altchaCode, both.score]).toEqual([true, true])
  })

  it('shows the expiries before a longer one', async () => {
    const data = freshData()
    await json('site', 'add', '--name', 'Mairie', '--data', data)
    const { settings } = await json('site', 'set', '1', '--expiry', '3600', '--data', data)
    const before = { expiry: 1200, until: expect.any(Number) }
    expect(settings).toMatchObject({ expiry: 3600, previousExpiries: [before] })
    const shown = (await upright('site', 'show', '1', '--data', data)).stdout
    expect(shown).toMatch(/^expiries before +1200 \(issued until \d{4}-\d\d-\d\dT[\d:.]+Z\)$/m)
  })
})

describe('upright answer', () => {
  it('prints the answer with the master secret, and not without it', async () => {
    const data = freshData()
    const service = await openService(readConfig(data, {}))
    const id = service.captcha.issue(1, styleNamed('captchaFR')!)
    const { answer } = service.captcha.open(id)!
    await service.close()
    const told = await upright('answer', id, '--data', data)
    expect(JSON.parse(told.stdout)).toEqual({ kind: 'text', style: 'captchaFR', answer })

    const elsewhere = freshData()
    const refused = await upright('answer', id, '--data', elsewhere)
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('holds no master secret')
    const forged = await upright('answer', '00000000-0000-4000-8000-000000000000', '--data', data)
    expect([forged.code, forged.stdout]).toEqual([1, ''])
  })

  it('tells the answer that was shown last, beside a running service', async () => {
    const data = freshData()
    const service = await openService(readConfig(data, {}))
    const id = service.captcha.issue(1, styleNamed('captchaFR')!)
    for (let generation = 1; generation <= 2; generation++) {
      await service.captcha.renew({ id: 1, settings: DEFAULT_SETTINGS }, id)
      const told = await upright('answer', id, '--data', data)
      expect(JSON.parse(told.stdout).answer).toBe(service.captcha.open(id, generation)!.answer)
    }
    await service.close()
  })
})

describe('upright answer TOKEN', () => {
  it('solves the puzzles in a token of Cap, whichever site it is of', async () => {
    const data = freshData()
    const service = await openService(readConfig(data, {}))
    const id = service.captcha.issue(7, workStyleNamed('sha256')!, 16)
    const token = service.tickets.issue({
      ...{ site: 7, expiry: 60, dialect: 'cap', hostname: '', action: '', cdata: '' },
      ...{ rung: 0, reasons: [], ids: new Map([['work', id]]) },
    })
    await service.close()
    const { stdout } = await upright('answer', token, '--data', data)
    const told = JSON.parse(stdout)
    expect(told).toEqual({ kind: 'work', style: 'sha256', answer: expect.any(Array) })
    expect(told.answer).toHaveLength(16)
  })
})

describe('upright explain', () => {
  it('says what was asked and why, and what came of it as far as the ledger knows', async () => {
    const data = freshData()
    const service = await openService(readConfig(data, {}))
    const { captcha, tickets, passes } = service
    const site = { id: 1, settings: DEFAULT_SETTINGS }
    const id = captcha.issue(1, styleNamed('captchaFR')!, plainCodeLevel(2, false))
    const { answer } = captcha.open(id)!
    const light = captcha.issue(1, styleNamed('alphanumerique4to6LightCaptchaFR')!)
    const former = captcha.issue(1, styleNumbered(1)!)
    const work = captcha.issue(1, workStyleNamed('sha256')!, 16)
    const asked = {
      ...{ site: 1, expiry: 60, dialect: 'native', hostname: 'shop.example', action: 'contact' },
      ...{ cdata: '', rung: 2, reasons: ['site-volume', 'outcomes'] },
    }
    const token = tickets.issue({ ...asked, ids: new Map([['work', work]]) })
    const weights = { minute: 0.75, hour: 0.75, report: true }
    const pass = passes.issue({ ...asked, kind: 'work', score: 0.7, weights })
    const drawn = { level: 0x22, distortion: 'standard', rung: 2 }
    const challenge = { is: 'challenge', site: 1, kind: 'text', style: 'captchaFR', ...drawn, answer }
    expect(await json('explain', id, '--data', data)).toMatchObject({ ...challenge, result: null })
    const easy = await json('explain', light, '--data', data)
    expect(easy).toMatchObject({ level: 0, distortion: 'light' })
    expect(easy).not.toHaveProperty('rung')
    const old = await json('explain', former, '--data', data)
    expect(old).toMatchObject({ level: null, distortion: 'standard' })
    expect((await upright('explain', token, '--data', data)).stdout).toMatch(
      /^rung +2\nreasons +site-volume, /m,
    )

    await captcha.check(site, id, 'wrong')
    await tickets.answer(tickets.open(token, 1)!, { answer: 'work', right: true, weights })
    await passes.redeem(pass, { site: 1 })
    await passes.report(pass, { site: 1, outcome: 'bad' })
    await service.close()
    expect(await json('explain', id.toUpperCase(), '--data', data)).toMatchObject({
      ...challenge,
      result: 'failed',
    })
    const { expiry, ...sealed } = asked
    expect(await json('explain', token, '--data', data)).toMatchObject({
      ...{ is: 'ticket', ...sealed, result: 'passed' },
      challenges: [{ kind: 'work', style: 'sha256', level: 16, tries: 256 }],
    })
    const said = await json('explain', ` ${pass}\n`, '--data', data)
    expect(said).toMatchObject({ is: 'pass', ...sealed, weights, redeemed: true, outcome: 'bad' })
    expect(Date.parse(said.expires) - Date.parse(said.issued)).toBe(expiry * 1000)
    for (const strange of ['00000000-0000-4000-8000-000000000000', `${pass.slice(0, -4)}AAAA`]) {
      const refused = await upright('explain', strange, '--data', data)
      expect([refused.code, refused.stdout]).toEqual([1, ''])
    }
    const elsewhere = await upright('explain', pass, '--data', freshData())
    expect([elsewhere.code, elsewhere.stdout]).toEqual([1, ''])
  })
})

describe('upright render', () => {
  it.each([
    ['sha256', 'native'],
    ['sha256', 'cap'],
    ['sha256', 'altcha-v1'],
    ['pbkdf2', 'altcha-v2'],
  ])('writes work of %s in the shape %s, and its solutions', async (style, shape) => {
    const [one, two] = [freshFolder(), freshFolder()]
    const flags = ['--style', style, '--shape', shape, '--count', '2', '--seed', 'a']
    await json('render', 'work', ...flags, '--out', one)
    await json('render', 'work', ...flags, '--out', two)
    const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
    expect(read(one, 'labels.tsv')).toMatch(/^1\.json\t[\d,]+\n2\.json\t[\d,]+\n$/)
    for (const name of ['1.json', '2.json', 'labels.tsv']) expect(read(two, name)).toBe(read(one, name))
    expect(read(one, '1.json')).not.toBe(read(one, '2.json'))
    if (shape !== 'altcha-v1') return
    const { salt, challenge } = JSON.parse(read(one, '1.json'))
    const number = /\t(\d+)/.exec(read(one, 'labels.tsv'))![1]!
    expect(
      createHash('sha256')
        .update(salt + number)
        .digest('hex'),
    ).toBe(challenge)
  })

  it('writes discs, their turns and the pictures they are of', async () => {
    const out = freshFolder()
    await json('render', 'rotate', '--count', '5', '--out', out, '--seed', 'a', '--upright')
    const lines = readFileSync(join(out, 'labels.tsv'), 'utf8').trim().split('\n')
    expect(lines).toHaveLength(5)
    for (const line of lines) {
      const [file, turn] = line.split('\t') as [string, string]
      expect(Number(turn)).toBeLessThan(360)
      const [picture] = file.split('-')
      expect(readFileSync(join(out, file)).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
      expect(readFileSync(join(out, 'upright', `${picture}.png`)).toString('latin1', 1, 4)).toBe('PNG')
    }
    const again = freshFolder()
    await json('render', 'rotate', '--count', '5', '--out', again, '--seed', 'a')
    for (const name of readdirSync(again)) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(out, name)))).toBe(true)
    }
  })

  it('writes the same files for the same seed, as the service would draw them', async () => {
    const render = async (...args: string[]) => {
      const out = freshFolder()
      const fixed = ['--style', 'captchaFR', '--count', '12', '--out', out]
      await json('render', 'text', ...fixed, ...args)
      return Object.fromEntries(readdirSync(out).map(name => [name, readFileSync(join(out, name), 'base64')]))
    }
    const [one, two, three] = await Promise.all([
      render('--seed', 'a', '--sheet'),
      render('--seed', 'a', '--sheet'),
      render('--seed', 'b', '--size', '300x100', '--scale', '2'),
    ])
    expect(one).toEqual(two)
    expect(Object.keys(one)).toEqual([
      ...Array.from({ length: 12 }, (_, i) => `${String(i + 1).padStart(2, '0')}.png`),
      'labels.tsv',
      'sheet.png',
    ])
    const labels = Buffer.from(one['labels.tsv']!, 'base64').toString().trimEnd().split('\n')
    expect(labels).toHaveLength(12)
    for (const label of labels) expect(label).toMatch(/^\d\d\.png\t[A-Z2-9]{6,8}$/)
    const header = Buffer.from(three['01.png']!, 'base64')
    expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([600, 200])
  })

  it('distorts letters as a level says, and as the style does without one', async () => {
    const first = async (...args: string[]) => {
      const out = freshFolder()
      await json('render', 'text', '--count', '1', '--seed', 'a', '--out', out, ...args)
      return readFileSync(join(out, '1.png'), 'base64')
    }
    const own = ['--style', 'read']
    expect(await first(...own)).toBe(await first(...own, '--level', 'standard'))
    expect(await first(...own)).not.toBe(await first(...own, '--level', 'light'))
    const light = ['--style', 'alphanumerique4to6LightCaptchaFR']
    expect(await first(...light)).toBe(await first(...light, '--level', 'light'))
  })

  it('writes sounds with their codes, in every language', async () => {
    const render = async (...args: string[]) => {
      const out = freshFolder()
      const fixed = ['--style', 'numerique6_7CaptchaEN', '--count', '3', '--seed', 'a', '--out', out]
      await json('render', 'speech', ...fixed, ...args)
      expect(readdirSync(out)).toEqual(['1.wav', '2.wav', '3.wav', 'labels.tsv'])
      expect(readFileSync(join(out, 'labels.tsv'), 'utf8')).toMatch(/^1\.wav\t\d{6,7}\n2\.wav\t\d{6,7}\n3\./)
      return readFileSync(join(out, '2.wav'), 'base64')
    }
    const [one, two, czech, loud] = await Promise.all([
      render(),
      render(),
      render('--language', 'cs', '--spelling'),
      render('--snr', '5'),
    ])
    expect(one).toBe(two)
    expect(new Set([one, czech, loud]).size).toBe(3)
  })
})

describe('what commands write', () => {
  const modes = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder).map(name => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
    )

  it('is for the owner alone, in a folder that was open to all as well', async () => {
    const data = freshData()
    mkdirSync(data)
    chmodSync(data, 0o755)
    const added = await uprightProcess('site', 'add', '--name', 'a', '--data', data)
    expect(added).toMatchObject({
      code: 0,
      stderr: `upright: others could read ${data} (755): now the owner alone can\n`,
    })
    expect((await uprightProcess('site', 'list', '--data', data)).stderr).toBe('')
    expect(statSync(data).mode & 0o777).toBe(0o700)
    expect(modes(data)).toEqual({ 'upright.db': '600' })
    const out = join(data, '..', 'out')
    await uprightProcess('render', 'text', '--style', 'captchaFR', '--count', '1', '--out', out)
    expect(new Set(Object.values(modes(out)))).toEqual(new Set(['600']))
  })
})

describe('upright doctor', () => {
  const state = (report: { findings: { name: string; state: string }[] }) =>
    Object.fromEntries(report.findings.map(finding => [finding.name, finding.state]))

  it('finds a used folder well', async () => {
    const data = freshData()
    await (await openService(readConfig(data, {}))).close()
    const report = await json('doctor', '--data', data)
    expect(report.ok).toBe(true)
    const well = [
      'node',
      'configuration',
      'picture',
      'sound',
      'data folder',
      'master secret',
      'registry',
      'clock',
      'ledger',
    ]
    expect(state(report)).toMatchObject(Object.fromEntries(well.map(name => [name, 'ok'])))
  })

  it('makes nothing where nothing is', async () => {
    const data = freshData()
    expect(state(await json('doctor', '--data', data))).toMatchObject({ 'data folder': 'warn' })
    expect(readdirSync(join(data, '..'))).toEqual([])
  })

  it('reports a data folder that is a file, and everything else', async () => {
    const data = freshData()
    writeFileSync(data, '')
    const { code, stdout } = await upright('doctor', '--data', data, '--json')
    expect(code).toBe(1)
    expect(state(JSON.parse(stdout))).toMatchObject({ 'data folder': 'fail', clock: 'ok' })
  })

  it('warns of a folder and of databases that others can read', async () => {
    const data = freshData()
    await (await openService(readConfig(data, {}))).close()
    chmodSync(data, 0o755)
    chmodSync(join(data, 'upright.db'), 0o640)
    const { code, stdout } = await upright('doctor', '--data', data)
    expect(code).toBe(0)
    expect(stdout).toMatch(/warn +data folder +others can look into .*\n.*→ chmod 700/)
    expect(stdout).toMatch(/warn +data folder +others can read upright\.db\n.*→ chmod 600/)
    // It looks, and changes nothing.
    expect(statSync(data).mode & 0o777).toBe(0o755)
  })

  it('fails with what is broken and how to fix it', async () => {
    const data = freshData()
    await (await openService(readConfig(data, {}))).close()
    chmodSync(join(data, 'secret'), 0o644)
    writeFileSync(join(data, 'ledger.db'), 'x'.repeat(5000))
    const { code, stdout } = await upright('doctor', '--data', data)
    expect(code).toBe(1)
    expect(stdout).toMatch(/FAIL +master secret +others can read .*\n.*→ chmod 600/)
    expect(stdout).toMatch(/FAIL +ledger +The database file is damaged/)
    expect(stdout).not.toContain(readFileSync(join(data, 'secret'), 'utf8').trim())
  })
})
