import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import puppeteer, { type Browser as PuppetBrowser } from 'puppeteer-core'

/** Where Debian has a browser. Without it a test fails: it is not skipped. */
function installed(name: 'chromium-headless-shell' | 'firefox-esr'): string {
  const path = `/usr/bin/${name}`
  if (!existsSync(path)) throw new Error(`${path} is missing. Install it with: apt-get install -y ${name}`)
  return path
}

/** Keep Chromium from calling home, and from starting a process for graphics: there is no GPU. */
const CHROMIUM_ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--in-process-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]

/** Debian's Chromium without its windows: a visit costs a third of what it does with them. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: installed('chromium-headless-shell'),
    args: CHROMIUM_ARGS,
  })
}

/** The same by Puppeteer, for what Firefox does as well. */
export function launchChromium(): Promise<PuppetBrowser> {
  return puppeteer.launch({
    executablePath: installed('chromium-headless-shell'),
    args: CHROMIUM_ARGS,
  })
}

/** Milliseconds in which Firefox must start. Two of them beside other tests need more than the usual 30 s. */
const FIREFOX_TIMEOUT_MS = 60_000

/** Debian's Firefox, by WebDriver BiDi: Playwright drives a Firefox of its own alone. */
export function launchFirefox(): Promise<PuppetBrowser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: installed('firefox-esr'),
    timeout: FIREFOX_TIMEOUT_MS,
  })
}
