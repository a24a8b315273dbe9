import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from './prepare.mjs'

const folder = mkdtempSync(join(tmpdir(), 'upright-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a command prints. */
const run = (file, ...args) => spawnSync(file, args, { encoding: 'utf8' }).stdout

describe('the command upright', () => {
  it('runs in a clone by npx, which finds it among the installed commands', () => {
    const { bin, version } = JSON.parse(readFileSync(join(root, 'packages/server/package.json'), 'utf8'))
    expect(run(join(root, 'packages/server', bin.upright), '--version')).toBe(`${version}\n`)
    expect(existsSync(join(root, 'node_modules/.bin/upright'))).toBe(true)
  })

  it('is one bundle, with the licences of the packages in it', () => {
    const dist = join(root, 'packages/server/dist')
    const notices = readFileSync(join(dist, 'program/NOTICES.txt'), 'utf8').split(/^-{80}$/m)
    expect(notices.length).toBeGreaterThan(20)
    for (const notice of notices) expect(notice.trim()).toMatch(/^[@\w./-]+ \d+\.\d+\.\d+\S* \(.+\)/)
    expect(notices.find(notice => /^\s*fastify /.test(notice))).toContain('Permission is hereby granted')
    expect(readFileSync(join(dist, 'cli.js'), 'utf8')).not.toContain("from './command-line.js'")
  })

  it('runs what was built where there is no clone, also through links', () => {
    cpSync(join(root, 'packages/server/bin'), join(folder, 'packages/server/bin'), { recursive: true })
    mkdirSync(join(folder, 'packages/server/dist'))
    writeFileSync(join(folder, 'packages/server/package.json'), '{ "type": "module" }')
    writeFileSync(
      join(folder, 'packages/server/dist/cli.js'),
      'console.log(JSON.stringify(process.argv.slice(2)))',
    )
    symlinkSync('packages/server/bin/upright.mjs', join(folder, 'upright'))
    mkdirSync(join(folder, 'path'))
    symlinkSync(join(folder, 'upright'), join(folder, 'path/upright'))
    expect(run(join(folder, 'path/upright'), 'site', 'add', '--name', 'My form')).toBe(
      '["site","add","--name","My form"]\n',
    )
  })
})
