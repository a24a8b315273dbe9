import type { PictureEntry } from './picture.ts'

/** Files cached at most, and their bytes in all. */
const MAX_FILES = 256
const MAX_BYTES = 64e6
/**
 * Bytes that are left free when files are fetched before anybody wants them: as much as the largest may have.
 */
const RESERVED_BYTES = 1e6
/** Files fetched at once before anybody wants them. */
const PREFETCH_BATCH = 32

/**
 * Files of pictures in memory, those longest unused making place. They never change: another file is another
 * picture.
 */
export interface Bytes {
  /** A picture's file, from memory or read. It is shared: nobody may change it. */
  get(id: number): Promise<Buffer | undefined>
  /**
   * Reads a few files of pictures that serve, as long as there is room, so that they are there when the
   * database is not.
   */
  fill(pictures: readonly PictureEntry[]): Promise<void>
}

export function createBytes(read: (id: number) => Promise<Buffer | undefined>): Bytes {
  const cached = new Map<number, Buffer>()
  let size = 0

  const drop = (id: number) => {
    size -= cached.get(id)?.length ?? 0
    cached.delete(id)
  }
  const keep = (id: number, file: Buffer) => {
    drop(id)
    cached.set(id, file)
    size += file.length
    for (const oldest of cached.keys()) {
      if (cached.size <= MAX_FILES && size <= MAX_BYTES) break
      drop(oldest)
    }
  }
  const get = async (id: number) => {
    const file = cached.get(id) ?? (await read(id))
    if (file) keep(id, file)
    return file
  }

  return {
    get,
    async fill(pictures) {
      let left = PREFETCH_BATCH
      for (const { id, state } of pictures) {
        if (left === 0 || cached.size >= MAX_FILES || size > MAX_BYTES - RESERVED_BYTES) return
        if (state !== 'serving' || cached.has(id)) continue
        await get(id)
        left--
      }
    },
  }
}
