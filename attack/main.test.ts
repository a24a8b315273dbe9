import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const attack = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=source', '--import', 'tsx', 'attack/main.ts', ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  })

it('prints a table of the attacks that are named, and as Markdown too', () => {
  const { stdout, status } = attack('guess', '--quick', '--markdown')
  expect(stdout).toMatch(/✓ captchaFR: blind guess +0 % of 20,000 codes \(2\.9 × 10\^−8 expected\)/)
  expect(stdout).toMatch(
    /\| rotate \| blind guess \| 5\.\d % of 20,000 discs within 10° \(5\.8 % expected\) \|/,
  )
  expect(stdout).toContain('Every aim met')
  expect(stdout).not.toContain('strength.json')
  expect(status).toBe(0)
})

it('says which attacks there are when it knows none of a name', () => {
  const { stderr, status } = attack('brute-force')
  expect(stderr).toBe(
    'upright: no attack is called brute-force: there are ocr, discs, sounds, guess, leak, sound-forms, and price by itself\n',
  )
  expect(status).toBe(2)
})
