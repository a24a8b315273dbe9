import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** The built packages as they would be installed elsewhere, so that one of their files can be damaged. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'upright-assets-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@upright'), { recursive: true })
  for (const name of readdirSync(root('node_modules'))) {
    if (name !== '@upright' && !name.startsWith('.')) {
      symlinkSync(root(`node_modules/${name}`), join(modules, name), 'junction')
    }
  }
  for (const [name, parts] of Object.entries({ core: ['voices'], server: ['public'] })) {
    for (const part of ['package.json', 'dist', ...parts]) {
      cpSync(root(`packages/${name}/${part}`), join(modules, '@upright', name, part), { recursive: true })
    }
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const upright = (...args: string[]) => {
  const cli = join(folder, 'node_modules/@upright/server/dist/cli.js')
  const { status, stderr, stdout } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    env: { UPRIGHT_DATA: join(folder, 'data') },
    timeout: 20_000,
  })
  return { status, stderr, stdout }
}
const voices = (name: string) => join(folder, 'node_modules/@upright/core/voices', name)

describe('a service whose voices are', () => {
  it.each<[string, () => void, string]>([
    ['cut short', () => truncateSync(voices('en.voices'), 1000), 'voices/en.voices is damaged'],
    ['missing', () => rmSync(voices('fr.voices')), 'voices/fr.voices cannot be read (ENOENT)'],
  ])('%s says so in one line and does not start', (_, damage, reason) => {
    damage()
    const message = `A built-in asset is missing or corrupt: install the package again: ${reason}`
    expect(upright('serve', '--port', '0')).toEqual({
      status: 1,
      stderr: `upright: ${message}\n`,
      stdout: '',
    })
    expect(upright('doctor').stdout).toMatch(/FAIL +sound +.*voices\//)
  })
})
