import { everySecond, type Repeat } from '../data-folder/repeat.ts'
import { cachedRegistry } from './cached.ts'
import { reasonOf } from './pool.ts'
import type { Registry, Site } from './registry.ts'
import { createBytes } from './replica-bytes.ts'
import { hashSecret } from './secret.ts'
import { createSnapshot } from './snapshot.ts'

/** Version numbers that every change of the sites, or of the pictures, increments, in any process. */
export interface Changes {
  sites: number
  pictures: number
}

/** Options of `replicaRegistry`. */
export interface ReplicaOptions {
  /** Rejects while the database is away. */
  changes: () => Promise<Changes>
  /** Logs a warning. */
  warn: (line: string) => void
  /** Milliseconds since 1970. */
  now: () => number
  /** @default every second */
  repeat?: Repeat | undefined
  /**
   * The most sites in memory: with more, each is loaded by its key when it is needed, and cached.
   * @default 10000
   */
  most?: number | undefined
}

/** The most sites in memory: 8 MB. */
const MAX_SITES = 10_000

/**
 * A replica of the registry in memory: all sites, the list of pictures, and the files of as many pictures as
 * fit. Reading those waits for no database, and works while the database is away; warnings say when that
 * begins and ends. So an unknown key costs no query either. Changes by other nodes are polled in the
 * background; our own are visible at once. One closure: each call reads whether the database is away and what
 * is held, which the look in the background sets.
 * @throws what the registry throws, when it cannot be read for the first time
 */
export async function replicaRegistry(registry: Registry, options: ReplicaOptions): Promise<Registry> {
  const { changes, warn, now, repeat = everySecond, most = MAX_SITES } = options
  let away = false
  let closed = false
  /** Number of changes and recoveries that were detected. */
  let noticed = 0
  const lost = (error: unknown) => {
    if (closed || away) return
    away = true
    warn(
      `PostgreSQL does not answer (${reasonOf(error)}): sites and pictures stay as they were last, and nothing can be changed until it is back`,
    )
  }

  // Only used with more sites than fit.
  const byKey = cachedRegistry(registry, { now, version: () => noticed, every: 0 })
  let known = await changes()
  const sites = await createSnapshot(async () => indexed(await registry.sites(most + 1), most), lost)
  const pictures = await createSnapshot(async () => {
    const list = await registry.pictures()
    return { list, ids: new Set(list.map(({ id }) => id)) }
  }, lost)
  const bytes = createBytes(id => registry.pictureBytes(id))

  let looking = false
  const look = async () => {
    // The previous poll still waits for an answer.
    if (looking) return
    looking = true
    try {
      const found = await changes()
      // After an outage everything is refreshed: the database may be another one, or restored from a copy.
      const other = (what: keyof Changes) => away || found[what] !== known[what]
      if (other('sites') || other('pictures')) noticed++
      if (other('sites')) await sites.refresh()
      if (other('pictures')) await pictures.refresh()
      known = found
      if (away) warn('PostgreSQL answers again: sites and pictures are up to date')
      away = false
      await bytes.fill(pictures.value.list)
    } catch (error) {
      lost(error)
    } finally {
      looking = false
    }
  }
  const stop = repeat(look)

  const current = <T>(snapshot: { value: T; current(): Promise<T> }) =>
    away ? snapshot.value : snapshot.current()
  const find = async (pick: (sites: Sites) => Site | undefined, ask: () => Promise<Site | undefined>) => {
    const all = await current(sites)
    return all.whole ? pick(all) : ask()
  }
  /** Runs a change. When it fails, its result is unknown: the next poll finds out. */
  const change =
    <A extends unknown[], T>(snapshot: { invalidate(): void }, work: (...args: A) => Promise<T>) =>
    async (...args: A) => {
      const result = await work(...args)
      snapshot.invalidate()
      return result
    }

  return {
    ...registry,
    site: id =>
      find(
        all => all.byId.get(id),
        () => byKey.site(id),
      ),
    siteByPublicKey: key =>
      find(
        all => all.byPublicKey.get(key),
        () => byKey.siteByPublicKey(key),
      ),
    // Found by hash: the time of the look-up leaks nothing about the secret.
    siteBySecret: secret =>
      find(
        all => all.bySecretHash.get(hashSecret(secret)),
        () => byKey.siteBySecret(secret),
      ),
    async sites(most) {
      const all = await current(sites)
      if (!all.whole) return byKey.sites(most)
      return most === undefined ? all.list : all.list.slice(0, most)
    },
    addSite: change(sites, byKey.addSite),
    addDemo: change(sites, byKey.addDemo),
    setSite: change(sites, byKey.setSite),
    rotateSecret: change(sites, byKey.rotateSecret),
    setAltchaKey: change(sites, byKey.setAltchaKey),
    removeSite: change(sites, byKey.removeSite),
    async pictures() {
      return (await current(pictures)).list
    },
    async pictureBytes(id) {
      const { ids } = await current(pictures)
      return ids.has(id) ? bytes.get(id) : undefined
    },
    addPicture: change(pictures, registry.addPicture),
    addStarter: change(pictures, registry.addStarter),
    setPicture: change(pictures, registry.setPicture),
    fillSubject: change(pictures, registry.fillSubject),
    removePicture: change(pictures, registry.removePicture),
    judgePictures: change(pictures, registry.judgePictures),
    async close() {
      closed = true
      stop()
      await registry.close()
    },
  }
}

/** The sites, indexed by id, public key and hash of the secret. */
interface Sites {
  /** Whether these are all sites; otherwise the lists are empty. */
  whole: boolean
  list: readonly Site[]
  byId: Map<number, Site>
  byPublicKey: Map<string, Site>
  bySecretHash: Map<string, Site>
}

function indexed(found: readonly Site[], most: number): Sites {
  const whole = found.length <= most
  const list = whole ? found : []
  return {
    whole,
    list,
    byId: new Map(list.map(site => [site.id, site])),
    byPublicKey: new Map(list.map(site => [site.publicKey, site])),
    bySecretHash: new Map(list.map(site => [site.secretHash, site])),
  }
}
