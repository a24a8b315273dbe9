import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { codeStyles, createCaptcha, type Form, memoryLedger } from '@upright/core'
import { type Config, readConfig, secretsOf } from '../../config.ts'
import { inFolder, makeFolder, readSecret } from '../../data-folder/folder.ts'
import { openToOthers } from '../../data-folder/permissions.ts'
import { type Finding, failure, ok } from '../../finding.ts'
import { checkSharedSecret, ledgerDriverOf } from '../../ledgers/drivers.ts'
import { FINGERPRINT_MINUTES, fingerprintsOf, foreignFingerprints } from '../../ledgers/fingerprints.ts'
import { registryDriverOf } from '../../registry/drivers.ts'
import { DEFAULT_SETTINGS } from '../../registry/settings.ts'
import { contentsOf } from './contents.ts'
import { permissions } from './permissions.ts'
import {
  collector,
  connections,
  givenSecret,
  metricsAddress,
  misspelt,
  ownNames,
  processes,
  testKeysOff,
} from './settings.ts'

type Check = () => Finding[] | Promise<Finding[]>

/** Bytes of free space below which a service should be looked after, and below which it is about to stop. */
const FREE_BYTES = { warn: 500e6, fail: 20e6 }

/** The checks over a data folder, in the order to run them. They make nothing that is not there. */
export function checks(data: string | undefined): Check[] {
  let config: Config | undefined
  return [
    () => [node()],
    () => [
      attempt('configuration', 'correct the variable that is named', () => {
        config = readConfig(data)
        return `data in ${resolve(config.data)}, port ${config.port}`
      }),
    ],
    () => (config ? [...misspelt(), ...processes(config), ...connections(config), ...ownNames(config)] : []),
    () => (config ? testKeysOff(config) : []),
    () => (config ? metricsAddress(config) : []),
    () => (config ? collector(config) : []),
    () => [shown('picture'), shown('sound')],
    () => (config ? folder(config) : []),
    () => (config ? [masterSecret(config)] : []),
    () => (config ? registryDriverOf(config).doctor(config, contentsOf) : []),
    () => (config ? ledgerDriverOf(config).doctor(config) : []),
    () => (config ? secretOfNodes(config) : []),
  ]
}

function attempt(name: string, fix: string, look: () => string): Finding {
  try {
    return ok(name, look())
  } catch (error) {
    return failure(name, error, fix)
  }
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const found = `Node ${process.versions.node} on ${process.platform} ${process.arch}`
  if (major > 20 || (major === 20 && minor >= 19)) return ok('node', found)
  return { state: 'fail', name: 'node', found, fix: 'install Node 20.19 or later' }
}

/** Shows a challenge of every language in a form: what it is made of is there and whole. */
function shown(form: Form): Finding {
  return attempt(form, 'install the package again', () => {
    const secret = randomBytes(32).toString('hex')
    const captcha = createCaptcha({ secret, ledger: memoryLedger(), now: Date.now, random: randomBytes })
    const languages = codeStyles.map(({ settings }) => settings.language)
    const firsts = codeStyles.filter(({ settings }, i) => languages.indexOf(settings.language) === i)
    const before = performance.now()
    let size = 0
    for (const style of firsts) {
      size += captcha.show({ id: 1, settings: DEFAULT_SETTINGS }, captcha.issue(1, style), form).bytes.length
    }
    const time = (performance.now() - before).toFixed(1)
    return `${firsts.map(({ name }) => name).join(' and ')} in ${time} ms, ${size} bytes`
  })
}

function folder({ data }: Config): Finding[] {
  const path = resolve(data)
  if (!existsSync(path)) {
    return [
      {
        state: 'warn',
        name: 'data folder',
        found: `${path} is not there yet`,
        fix: 'upright serve makes it',
      },
    ]
  }
  const writable = attempt('data folder', 'give it to the user that runs upright', () => {
    makeFolder(path)
    const trial = mkdtempSync(join(path, '.doctor-'))
    try {
      writeFileSync(join(trial, 'trial'), 'trial', { flush: true })
    } finally {
      rmSync(trial, { recursive: true })
    }
    return `${path} can be written`
  })
  // Nothing can be looked at in what is no folder.
  return writable.state === 'fail' ? [writable] : [writable, ...permissions(path), space(path)]
}

function space(path: string): Finding {
  const { bavail, bsize } = statfsSync(path)
  const free = bavail * bsize
  const found = `${Math.round(free / 1e6)} MB free`
  const state = free < FREE_BYTES.fail ? 'fail' : free < FREE_BYTES.warn ? 'warn' : 'ok'
  return state === 'ok' ? ok('space', found) : { state, name: 'space', found, fix: 'make room on the disk' }
}

function masterSecret(config: Config): Finding {
  const name = 'master secret'
  if (config.secret) return givenSecret(name, config.secret, config)
  if (ledgerDriverOf(config).shared) {
    return attempt(name, 'set UPRIGHT_SECRET to the same on every node', () => {
      checkSharedSecret(config)
      return ''
    })
  }
  const file = inFolder(resolve(config.data)).secret
  const finding = attempt(name, 'put back a copy of the file', () => (readSecret(config.data) ? file : ''))
  if (finding.state === 'ok' && !finding.found) {
    return {
      state: 'warn',
      name,
      found: 'not made yet',
      fix: 'upright serve makes it, or set UPRIGHT_SECRET',
    }
  }
  if (finding.state === 'ok' && openToOthers(file)) {
    return { state: 'fail', name, found: `others can read ${file}`, fix: `chmod 600 ${file}` }
  }
  return finding
}

/** Whether all nodes that share a ledger use a secret that is accepted here. */
async function secretOfNodes(config: Config): Promise<Finding[]> {
  const driver = ledgerDriverOf(config)
  if (!driver.shared || config.secret === undefined) return []
  const name = 'secret of nodes'
  const known = fingerprintsOf(secretsOf(config, config.secret))
  try {
    const ledger = await driver.open(config, { now: Date.now })
    try {
      const foreign = await foreignFingerprints(ledger, known)
      if (foreign.length === 0) return [ok(name, `${known[0]}, none of another`)]
      const found = `${known[0]} here, but nodes used ${foreign.join(', ')} in the last ${FINGERPRINT_MINUTES} minutes`
      const fix = 'give all nodes the same UPRIGHT_SECRET; without line breaks and quotation marks around it'
      return [{ state: 'fail', name, found, fix }]
    } finally {
      await ledger.close()
    }
  } catch {
    // The finding on the ledger says why.
    return []
  }
}
