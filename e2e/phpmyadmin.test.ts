/**
 * Debian's phpMyAdmin, unmodified, whose log-in asks for reCAPTCHA at our address: in Chromium, under the
 * policy that it sends itself. No database runs: a log-in that gets as far as that has had its pass taken.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeContexts, newVisit, sharedBrowser, type Visit } from './browser.ts'
import { PHP, type RunningExample, startExample } from './interpreters.ts'
import { type Server, startServer } from './server.ts'

const INSTALLED = '/usr/share/phpmyadmin'

let server: Server
let browser: Browser
let application: RunningExample
/** Its folder with a configuration and files of its own. */
let folder: string
let keys: { publicKey: string; secret: string }

/** A root of phpMyAdmin that is the installed one, but for where it finds its configuration. */
async function makeRoot(): Promise<void> {
  const root = join(folder, 'root')
  await mkdir(join(root, 'libraries'), { recursive: true })
  await mkdir(join(folder, 'tmp'))
  for (const [from, to] of [
    [INSTALLED, root],
    [join(INSTALLED, 'libraries'), join(root, 'libraries')],
  ] as const) {
    for (const name of await readdir(from)) {
      if (name !== 'libraries' && name !== 'vendor_config.php')
        await symlink(join(from, name), join(to, name))
    }
  }
  const paths = await readFile(join(INSTALLED, 'libraries/vendor_config.php'), 'utf8')
  const moved = paths
    .replace('/etc/phpmyadmin/config.inc.php', join(folder, 'config.php'))
    .replace('/var/lib/phpmyadmin/tmp/', `${folder}/tmp/`)
  await writeFile(join(root, 'libraries/vendor_config.php'), moved)
  await writeFile(join(folder, 'root.php'), `<?php define('ROOT_PATH', '${root}/');`)
}

/** The settings that docs/integrations.md names. */
const configuration = () => `<?php
  $cfg['blowfish_secret'] = '${'x'.repeat(32)}';
  $cfg['Servers'][1] = ['auth_type' => 'cookie', 'host' => '127.0.0.1', 'port' => '1'];
  $cfg['CaptchaMethod'] = $_COOKIE['method'] ?? 'invisible';
  $cfg['CaptchaApi'] = '${server.url}/recaptcha/api.js';
  $cfg['CaptchaCsp'] = '${server.url}';
  $cfg['CaptchaRequestParam'] = 'g-recaptcha';
  $cfg['CaptchaResponseParam'] = 'g-recaptcha-response';
  $cfg['CaptchaLoginPublicKey'] = '${keys.publicKey}';
  $cfg['CaptchaLoginPrivateKey'] = '${keys.secret}';
  $cfg['CaptchaSiteVerifyURL'] = '${server.url}/recaptcha/api/siteverify';`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upright-phpmyadmin-'))
  await makeRoot()
  const prepend = `auto_prepend_file=${folder}/root.php`
  ;[server, browser, application] = await Promise.all([
    startServer(),
    sharedBrowser(),
    startExample(PHP!, port => ['-d', prepend, '-S', `127.0.0.1:${port}`, '-t', INSTALLED], {}),
  ])
  const added = await server.upright(
    ...['site', 'add', '--name', 'phpMyAdmin', '--origin', application.url, '--work', 'native=sha256/256'],
  )
  keys = { publicKey: String(added.publicKey), secret: String(added.secret) }
  await writeFile(join(folder, 'config.php'), configuration())
})
afterAll(async () => {
  await Promise.all([closeContexts(browser), application?.stop(), server?.stop()])
  await rm(folder, { recursive: true, force: true })
})

/** Opens the log-in. */
async function open(method: string): Promise<Visit> {
  const visit = await newVisit(browser)
  await visit.page.context().addCookies([{ name: 'method', value: method, url: application.url }])
  await visit.page.goto(application.url)
  return visit
}
const passIn = ({ page }: Visit) =>
  page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('[name=g-recaptcha-response]')?.value,
  )

describe('the log-in of phpMyAdmin', () => {
  it.each(['invisible', 'checkbox'])('takes a pass: %s', async method => {
    const visit = await open(method)
    const { page, complaints } = visit
    await page.locator('#input_username').fill('root')
    await page.locator('#input_password').fill('x')
    if (method === 'checkbox') await passIn(visit)
    await page.locator('#input_go').click()
    await page.getByText('Cannot log in to the MySQL server').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('refuses what is no pass; the pass itself is good once in the client of Google for PHP', async () => {
    const visit = await open('checkbox')
    const { page } = visit
    await page.locator('#input_username').fill('root')
    const pass = String(await (await passIn(visit)).jsonValue())
    await page.locator('[name=g-recaptcha-response]').evaluate(field => {
      ;(field as HTMLTextAreaElement).value = 'x'
    })
    await page.locator('#input_go').click()
    await page.getByText('Entered captcha is wrong').waitFor()
    await page.context().close()

    const verify = `require '/usr/share/php/ReCaptcha/autoload.php';
      $post = new ReCaptcha\\RequestMethod\\CurlPost(null, '${server.url}/recaptcha/api/siteverify');
      $client = (new ReCaptcha\\ReCaptcha('${keys.secret}', $post))->setExpectedHostname('127.0.0.1');
      $answers = [$client->verify('${pass}'), $client->verify('${pass}')];
      echo json_encode(array_map(fn ($answer) => [$answer->isSuccess(), $answer->getErrorCodes()], $answers));`
    const { stdout } = await promisify(execFile)(PHP!, ['-r', verify])
    // A refusal names no host, which the client adds to what it says.
    expect(JSON.parse(stdout)).toEqual([
      [true, []],
      [false, ['timeout-or-duplicate', 'hostname-mismatch']],
    ])
  })
})
