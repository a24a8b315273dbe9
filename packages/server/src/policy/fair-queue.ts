import { CaptchaError } from '@upright/core'

/** Work that waits for its turn. */
export interface FairQueue {
  /**
   * Does some work for a network of a site when it is their turn, and gives what comes of it.
   * @throws CaptchaError `overloaded` when too much waits; what the work throws
   */
  run<T>(site: number, network: string, work: () => Promise<T>): Promise<T>
  /** Refuses all that waits with an error. What is being done goes on. */
  clear(error: Error): void
}

/** Limits of running and queued jobs. */
export interface FairQueueOptions {
  /** Works that are done at once. */
  maxRunning: number
  /** Works of one site that may wait. */
  maxPerSite: number
  /** Works that may wait in all. */
  maxWaiting: number
}

interface Job {
  /** Never rejects. */
  begin(): Promise<void>
  refuse(error: Error): void
}

/** Queued jobs of a site, by network. The network whose turn is next comes first. */
interface Lanes {
  networks: Map<string, Job[]>
  waiting: number
}

const OVERLOADED = new CaptchaError('overloaded')

/**
 * Round robin over the sites that have something waiting, and within a site over its networks, so that nobody
 * waits longer because somebody else has asked for much. Where a bound is reached, what came last of those
 * that have most waiting is refused: of one network where the site's is, of one site where it is that of all.
 */
export function createFairQueue({ maxRunning, maxPerSite, maxWaiting }: FairQueueOptions): FairQueue {
  /** The site whose turn is next comes first. */
  const sites = new Map<number, Lanes>()
  let waiting = 0
  let running = 0

  const add = (site: number, network: string, job: Job) => {
    const lanes = sites.get(site) ?? { networks: new Map<string, Job[]>(), waiting: 0 }
    const jobs = lanes.networks.get(network) ?? []
    jobs.push(job)
    lanes.networks.set(network, jobs)
    sites.set(site, lanes)
    lanes.waiting++
    waiting++
  }

  /**
   * Takes the first or the last job of a network. Networks and sites that have none left have no turn any
   * more.
   */
  const take = (site: number, network: string, which: 'shift' | 'pop'): Job => {
    const lanes = sites.get(site)!
    const jobs = lanes.networks.get(network)!
    const job = jobs[which]()!
    lanes.waiting--
    waiting--
    if (jobs.length === 0) lanes.networks.delete(network)
    if (lanes.waiting === 0) sites.delete(site)
    return job
  }

  const next = (): Job => {
    const [site, lanes] = sites.entries().next().value!
    const [network, jobs] = lanes.networks.entries().next().value!
    const job = take(site, network, 'shift')
    // Whose turn it was goes to the end.
    if (lanes.networks.delete(network)) lanes.networks.set(network, jobs)
    if (sites.delete(site)) sites.set(site, lanes)
    return job
  }

  const start = () => {
    while (running < maxRunning && waiting > 0) {
      running++
      next()
        .begin()
        .then(() => {
          running--
          start()
        })
    }
  }

  /**
   * Makes room for one more job of a network, if need be at the expense of the network that has the most
   * waiting.
   */
  const makeRoom = (site: number, network: string): boolean => {
    const lanes = sites.get(site)
    let from = site
    if (lanes && lanes.waiting >= maxPerSite) {
      const own = lanes.networks.get(network)?.length ?? 0
      if (largest(lanes.networks, jobs => jobs.length).size <= own + 1) return false
    } else if (waiting >= maxWaiting) {
      const { key, size } = largest(sites, lanes => lanes.waiting)
      if (size <= (lanes?.waiting ?? 0) + 1) return false
      from = key
    } else return true
    const { key } = largest(sites.get(from)!.networks, jobs => jobs.length)
    take(from, key, 'pop').refuse(OVERLOADED)
    return true
  }

  return {
    run: (site, network, work) =>
      new Promise((resolve, reject) => {
        if (!makeRoom(site, network)) return reject(OVERLOADED)
        const begin = async () => {
          try {
            resolve(await work())
          } catch (error) {
            reject(error)
          }
        }
        add(site, network, { begin, refuse: reject })
        start()
      }),

    clear(error) {
      for (const { networks } of sites.values()) {
        for (const { refuse } of [...networks.values()].flat()) refuse(error)
      }
      sites.clear()
      waiting = 0
    },
  }
}

/** The key under which most is, the first of several, and how much. */
function largest<K, V>(map: ReadonlyMap<K, V>, sizeOf: (value: V) => number): { key: K; size: number } {
  return [...map]
    .map(([key, value]) => ({ key, size: sizeOf(value) }))
    .reduce((best, entry) => (entry.size > best.size ? entry : best))
}
