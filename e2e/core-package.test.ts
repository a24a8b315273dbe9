/** The npm package of the library, as somebody installs it who has nothing else of ours. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** For npm and a compiler on a busy machine. */
const TIMEOUT_MS = 180_000
/** The last compiler that resolves modules as Node 10 does. */
const TSC = join(ROOT, 'e2e/clients/typescript/node_modules/typescript/bin/tsc')

const folder = mkdtempSync(join(tmpdir(), 'upright-core-'))
const installed = join(folder, 'node_modules/@upright/core')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command in the folder; what it prints when it succeeds. */
function run(command: string, args: string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, ''])
  return stdout
}

function put(path: string, content: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
  return path
}

let packed: { filename: string; files: { path: string }[] }[]

beforeAll(() => {
  const stdout = run('npm', ['pack', '--json', '--pack-destination', folder], join(ROOT, 'packages/core'))
  // Nothing but JSON.
  packed = JSON.parse(stdout)
  put('package.json', '{ "private": true }')
  run('npm', [
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    `./${packed[0]!.filename}`,
  ])
})

describe('the package of the library', () => {
  it('has its licences and a page of its own, and neither tests nor maps', () => {
    const paths = packed[0]!.files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'NOTICES.md', 'README.md', 'package.json', 'voices/fr.voices']),
    )
    expect(paths.filter(path => /test|\.map$|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(path))).toEqual([])
    const code = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' })
    for (const name of code.filter(path => /\.[jt]s$/.test(path))) {
      expect(readFileSync(join(installed, 'dist', name), 'utf8')).not.toContain('sourceMappingURL')
    }
  })

  const USE = `
    const { answer, png } = textCaptcha({ theme: { ink: '#172554', paper: '#eef2fb' } })
    const { wav } = speechCaptcha({ language: 'fr-FR', answer })
    const error = (() => { try { textCaptcha({ size: 4 }) } catch (error) { return error } })()
    console.log(acceptsCode(answer, answer.toLowerCase()), png[1], wav[0], error instanceof CaptchaError && error.code)
  `
  const NAMES = '{ acceptsCode, CaptchaError, speechCaptcha, textCaptcha }'

  it('works from ES modules and from CommonJS, and warns of nothing', () => {
    for (const file of [
      put('use.mjs', `import ${NAMES} from '@upright/core'\n${USE}`),
      put('use.cjs', `const ${NAMES} = require('@upright/core')\n${USE}`),
    ]) {
      expect(run(process.execPath, ['--throw-deprecation', '--trace-warnings', file])).toBe(
        'true 80 82 bad_option\n',
      )
    }
    const both = put(
      'both.mjs',
      `import { createRequire } from 'node:module'
       import { CaptchaError } from '@upright/core'
       console.log(createRequire(import.meta.url)('@upright/core').CaptchaError === CaptchaError)`,
    )
    expect(run(process.execPath, [both])).toBe('true\n')
  })

  it.each([
    ['node10', 'commonjs', ['cts'], 'es2023'],
    ['node16', 'node16', ['cts', 'mts'], 'es2023'],
    // Beside the types of browsers, which take the compiler as long as all others, once.
    ['bundler', 'esnext', ['mts'], 'es2023,dom'],
  ])(
    'has types for the module resolution %s, from %s in files of the types %j, beside those of %s',
    (resolution, module, extensions, lib) => {
      const files = extensions.map(extension =>
        put(
          `types-${resolution}.${extension}`,
          `import { captchaStore, type TextCaptcha, type TextCaptchaOptions, textCaptcha } from '@upright/core'
       const options: TextCaptchaOptions = { theme: { ink: '#172554', paper: '#eef2fb' }, length: [5, 6] }
       const { png, answer }: TextCaptcha = textCaptcha(options)
       export const first: number | undefined = png[0]
       export const right: boolean = captchaStore().verify('', answer)
       // @ts-expect-error: no such option
       textCaptcha({ size: 4 })
      `,
        ),
      )
      // The types of libraries are checked too, and those of Node are not installed.
      const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023', '--lib', lib]
      run(process.execPath, [TSC, ...options, '--module', module, '--moduleResolution', resolution, ...files])
    },
    TIMEOUT_MS,
  )
})

describe('the example of docs/library.md', () => {
  const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8')
  const [, code = ''] = /```js\n(import \{ captchaStore.*?)```/s.exec(page) ?? []

  it('has twelve lines, and is the one of the README', () => {
    expect(code.trim().split('\n')).toHaveLength(12)
    expect(readFileSync(join(ROOT, 'packages/core/README.md'), 'utf8')).toContain(code)
  })

  it('shows a picture, plays a sound and checks a response once', async () => {
    symlinkSync(join(ROOT, 'node_modules/express'), join(folder, 'node_modules/express'), 'junction')
    const port = await freePort()
    expect(code).toContain('listen(3000)')
    const file = put(
      'app.mjs',
      code
        .replace('listen(3000)', `listen(${port}, () => console.log('listens'))`)
        // Answers that are guessed soon, where a visitor would read them.
        .replace('captchas = captchaStore()', "captchas = captchaStore({ alphabet: 'XH', length: 1 })"),
    )
    const child = spawn(process.execPath, [file], { cwd: folder })
    try {
      await Promise.race([
        once(child.stdout, 'data'),
        once(child, 'exit').then(() => Promise.reject('it ended')),
      ])
      const url = `http://127.0.0.1:${port}/`
      const open = async () => /value="([0-9a-f]{32})"/.exec(await (await fetch(url)).text())![1]!
      const send = async (id: string, code: string) =>
        (await fetch(url, { method: 'POST', body: new URLSearchParams({ id, code }) })).text()
      const id = await open()
      for (const [name, type, start] of [
        ['png', 'image/png', '\x89PNG'],
        ['wav', 'audio/', 'RIFF'],
      ] as const) {
        const answer = await fetch(`${url}${id}.${name}`)
        expect(answer.headers.get('content-type')).toContain(type)
        const body = Buffer.from(await answer.arrayBuffer())
        expect(body.toString('latin1', 0, 4)).toBe(start)
        expect(Buffer.from(await (await fetch(`${url}${id}.${name}`)).arrayBuffer()).equals(body)).toBe(true)
      }
      let right = id
      while ((await send(right, 'x')) !== 'Welcome.') right = await open()
      expect(await send(right, 'x')).toBe('Wrong code.')
      expect((await fetch(`${url}${right}.png`)).status).toBe(404)
      expect(await send(await open(), 'nope')).toBe('Wrong code.')
    } finally {
      child.kill()
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
