/** A snapshot of something in the database. */
export interface Snapshot<T> {
  /** The last value that was read. */
  readonly value: T
  /** The snapshot, refreshed when it was invalidated; when the refresh fails, the last one. */
  current(): Promise<T>
  /** Marks the snapshot as older than the database. */
  invalidate(): void
  /** Refreshes it; until then everybody gets what was read before. */
  refresh(): Promise<void>
}

/**
 * Reads the first snapshot. `lost` is called when a refresh for a caller fails.
 * @throws what `read` throws at first
 */
export async function createSnapshot<T>(
  read: () => Promise<T>,
  lost: (error: unknown) => void,
): Promise<Snapshot<T>> {
  let value: T = await read()
  /** How often it was invalidated: in all, and before the read of the current value began. */
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
    invalidate() {
      outdated++
    },
    async refresh() {
      while (reading) await reading.catch(() => {})
      await start()
    },
  }
}
