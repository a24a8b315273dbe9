import type { Registry, Site } from './registry.ts'
import { hashSecret } from './secret.ts'

/** Detection of changes by other processes. */
export interface CacheOptions {
  /** Milliseconds since 1970. */
  now: () => number
  /**
   * A number that is another one after any other process has changed the registry. It may throw: then nothing
   * is answered from memory.
   */
  version: () => number
  /** Milliseconds between two looks at it. @default 1000 */
  every?: number | undefined
}

/** Milliseconds after which another process's change is noticed at the latest. */
const CHECK_INTERVAL_MS = 1000
/** Sites in the cache; when it is full, it is emptied. */
const MAX_CACHED_SITES = 10_000

/**
 * A registry that answers for the sites it has seen, and lists all sites and the pictures, from memory. Sites
 * that do not exist are asked for every time, so that no flood of made-up keys fills anything. A change by
 * another process is noticed within a second, our own at once.
 */
export function cachedRegistry(
  registry: Registry,
  { now, version, every = CHECK_INTERVAL_MS }: CacheOptions,
): Registry {
  const byId = new Map<number, Site>()
  const byPublicKey = new Map<string, Site>()
  const bySecretHash = new Map<string, Site>()
  const sites = shared(() => registry.sites())
  const pictures = shared(() => registry.pictures())
  let known = version()
  let checked = now()
  /** Grows with every clearing: what was read before a clearing is not put in after it. */
  let generation = 0

  const forget = () => {
    byId.clear()
    byPublicKey.clear()
    bySecretHash.clear()
  }
  const clear = () => {
    generation++
    forget()
    sites.forget()
    pictures.forget()
  }
  const refresh = () => {
    const time = now()
    // The distance counts, either way: a clock set back must not keep changes from being noticed.
    if (Math.abs(time - checked) < every) return
    const current = version()
    checked = time
    if (current === known) return
    known = current
    clear()
  }
  const look = async <K>(map: Map<K, Site>, key: K, ask: () => Promise<Site | undefined>) => {
    refresh()
    const held = map.get(key)
    if (held) return held
    const asked = generation
    const site = await ask()
    if (site && asked === generation) {
      if (byId.size >= MAX_CACHED_SITES) forget()
      byId.set(site.id, site)
      byPublicKey.set(site.publicKey, site)
      bySecretHash.set(site.secretHash, site)
    }
    return site
  }
  const list = async <T>({ get }: Shared<T>) => {
    refresh()
    return get()
  }
  const change = async <T>(work: Promise<T>) => {
    try {
      return await work
    } finally {
      clear()
    }
  }

  return {
    site: id => look(byId, id, () => registry.site(id)),
    siteByPublicKey: key => look(byPublicKey, key, () => registry.siteByPublicKey(key)),
    // Found by hash: the time of the look-up leaks nothing about the secret.
    siteBySecret: secret => look(bySecretHash, hashSecret(secret), () => registry.siteBySecret(secret)),
    sites: most => (most === undefined ? list(sites) : registry.sites(most)),
    addSite: (name, settings) => change(registry.addSite(name, settings)),
    addDemo: () => change(registry.addDemo()),
    setSite: (id, changes) => change(registry.setSite(id, changes)),
    rotateSecret: id => change(registry.rotateSecret(id)),
    setAltchaKey: (id, before, key) => change(registry.setAltchaKey(id, before, key)),
    removeSite: id => change(registry.removeSite(id)),
    pictures: () => list(pictures),
    pictureBytes: id => registry.pictureBytes(id),
    addPicture: (picture, bytes) => change(registry.addPicture(picture, bytes)),
    addStarter: load => change(registry.addStarter(load)),
    setPicture: (id, changes) => change(registry.setPicture(id, changes)),
    fillSubject: (id, subject) => change(registry.fillSubject(id, subject)),
    removePicture: id => change(registry.removePicture(id)),
    addPictureUse: uses => registry.addPictureUse(uses),
    pictureUses: () => registry.pictureUses(),
    judgePictures: verdicts => change(registry.judgePictures(verdicts)),
    acquireLease: (what, every) => registry.acquireLease(what, every),
    operators: () => registry.operators(),
    // Asked every time: an operator who was removed by another process is out at once, and few calls are
    // theirs.
    operatorByToken: token => registry.operatorByToken(token),
    addOperator: name => registry.addOperator(name),
    removeOperator: id => registry.removeOperator(id),
    // Asked at a start and by commands only.
    fonts: () => registry.fonts(),
    addFont: font => registry.addFont(font),
    removeFont: id => registry.removeFont(id),
    ledgerNotes: () => registry.ledgerNotes(),
    noteLedger: notes => registry.noteLedger(notes),
    // Asked at a start and once an hour.
    ladderStates: () => registry.ladderStates(),
    storeLadder: states => registry.storeLadder(states),
    ping: () => registry.ping(),
    close: () => {
      clear()
      return registry.close()
    },
  }
}

interface Shared<T> {
  get(): Promise<T>
  forget(): void
}

/** An answer that all share, asked for once until it is forgotten. A failure is not remembered. */
function shared<T>(ask: () => Promise<T>): Shared<T> {
  let answer: Promise<T> | undefined
  return {
    get() {
      if (answer) return answer
      const asked = ask()
      answer = asked
      asked.catch(() => {
        if (answer === asked) answer = undefined
      })
      return asked
    },
    forget() {
      answer = undefined
    },
  }
}
