import { everySecond, type Repeat } from '../data-folder/repeat.ts'
import { cachedRegistry } from './cached.ts'
import { reasonOf } from './pool.ts'
import type { Registry, Site } from './registry.ts'
import { createBytes } from './replica-bytes.ts'
import { hashSecret } from './secret.ts'
import { createHeld } from './snapshot.ts'

/** Numbers that become others with every change of the sites, and of the pictures, by whichever process. */
export interface Changes {
  sites: number
  pictures: number
}

/** What holding takes from outside. */
export interface HeldOptions {
  /** Rejects while the database is away. */
  changes: () => Promise<Changes>
  /** Takes a line for the operator. */
  warn: (line: string) => void
  /** Milliseconds since 1970. */
  now: () => number
  /** @default every second */
  repeat?: Repeat | undefined
  /** Sites held at most: with more, each is asked for by its key, and held after that. @default 10000 */
  most?: number | undefined
}

/** Sites held at most: 8 MB. */
const MOST = 10_000

/**
 * A registry that is held in memory: all sites, the list of pictures, and the files of as many pictures as fit. Who asks for those
 * waits for no database, and is answered as before while it is away; the operator is told when that begins and ends. So a key that
 * nobody was given costs no query either. Another node's change is noticed by looking for it in the background, our own at once.
 * One closure: each call reads whether the database is away and what is held, which the look in the background
 * sets.
 * @throws what the registry throws, when it cannot be read for the first time
 */
export async function heldRegistry(registry: Registry, options: HeldOptions): Promise<Registry> {
  const { changes, warn, now, repeat = everySecond, most = MOST } = options
  let away = false
  let closed = false
  /** Changes and returns that were noticed. */
  let noticed = 0
  const lost = (error: unknown) => {
    if (closed || away) return
    away = true
    warn(
      `PostgreSQL does not answer (${reasonOf(error)}): sites and pictures stay as they were last, and nothing can be changed until it is back`,
    )
  }

  // Only used with more sites than are held.
  const byKey = cachedRegistry(registry, { now, version: () => noticed, every: 0 })
  let known = await changes()
  const sites = await createHeld(async () => indexed(await registry.sites(most + 1), most), lost)
  const pictures = await createHeld(async () => {
    const list = await registry.pictures()
    return { list, ids: new Set(list.map(({ id }) => id)) }
  }, lost)
  const bytes = createBytes(id => registry.pictureBytes(id))

  let looking = false
  const look = async () => {
    // The one before it is still waiting for an answer.
    if (looking) return
    looking = true
    try {
      const found = await changes()
      // After an absence everything is read: the database may be another one, or one put back from a copy.
      const other = (what: keyof Changes) => away || found[what] !== known[what]
      if (other('sites') || other('pictures')) noticed++
      if (other('sites')) await sites.reread()
      if (other('pictures')) await pictures.reread()
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

  const current = <T>(held: { value: T; current(): Promise<T> }) => (away ? held.value : held.current())
  const find = async (pick: (sites: Sites) => Site | undefined, ask: () => Promise<Site | undefined>) => {
    const all = await current(sites)
    return all.whole ? pick(all) : ask()
  }
  /** Carries a change out. Where it fails nobody knows whether it did: the next look at the changes tells. */
  const change =
    <A extends unknown[], T>(held: { outdate(): void }, work: (...args: A) => Promise<T>) =>
    async (...args: A) => {
      const result = await work(...args)
      held.outdate()
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
    // Found by hash: how long the look-up takes tells nothing of a secret somebody is guessing at.
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
    removePicture: change(pictures, registry.removePicture),
    judgePictures: change(pictures, registry.judgePictures),
    async close() {
      closed = true
      stop()
      await registry.close()
    },
  }
}

/** The sites, by everything they are looked for by. */
interface Sites {
  /** Whether these are all there are; else there are none here. */
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
