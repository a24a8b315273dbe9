/** Something read from a database and held. */
export interface Held<T> {
  /** What was read last. */
  readonly value: T
  /** What was read last, and after everything that has outdated it; when that cannot be read, what was read before. */
  current(): Promise<T>
  /** What is held is not what is in the database any more. */
  outdate(): void
  /** Reads it anew, while everybody else still gets what was read before. */
  reread(): Promise<void>
}

/** Reads something and holds it; `lost` is told when it could not be read for somebody who asked. @throws what `read` throws at first */
export async function createHeld<T>(
  read: () => Promise<T>,
  lost: (error: unknown) => void,
): Promise<Held<T>> {
  let value: T = await read()
  /** How often it was outdated, and how often when what is held began to be read. */
  let outdated = 0
  let included = 0
  /** One at a time, so that no older answer comes after a newer one. */
  let reading: Promise<void> | undefined

  const start = () => {
    const including = outdated
    reading = read()
      .then(found => {
        value = found
        included = including
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }

  return {
    get value() {
      return value
    },
    async current() {
      try {
        // The first one may have begun too early.
        while (included < outdated) await (reading ?? start())
      } catch (error) {
        lost(error)
      }
      return value
    },
    outdate() {
      outdated++
    },
    async reread() {
      while (reading) await reading.catch(() => {})
      await start()
    },
  }
}
