import type { PictureEntry } from './picture.ts'

/** Files held at most, and their bytes in all. */
const MOST = 256
const MOST_BYTES = 64e6
/** Bytes that are left free when files are fetched before anybody wants them: as much as the largest may have. */
const ROOM = 1e6
/** Files fetched at once before anybody wants them. */
const BATCH = 32

/** Files of pictures in memory, those longest unused making place. They never change: another file is another picture. */
export interface Bytes {
  /** A picture's file, from memory or read. It is shared: nobody may change it. */
  get(id: number): Promise<Buffer | undefined>
  /** Reads a few files of pictures that serve, as long as there is room, so that they are there when the database is not. */
  fill(pictures: readonly PictureEntry[]): Promise<void>
}

export function createBytes(read: (id: number) => Promise<Buffer | undefined>): Bytes {
  const held = new Map<number, Buffer>()
  let size = 0

  const drop = (id: number) => {
    size -= held.get(id)?.length ?? 0
    held.delete(id)
  }
  const keep = (id: number, file: Buffer) => {
    drop(id)
    held.set(id, file)
    size += file.length
    for (const oldest of held.keys()) {
      if (held.size <= MOST && size <= MOST_BYTES) break
      drop(oldest)
    }
  }
  const get = async (id: number) => {
    const file = held.get(id) ?? (await read(id))
    if (file) keep(id, file)
    return file
  }

  return {
    get,
    async fill(pictures) {
      let left = BATCH
      for (const { id, state } of pictures) {
        if (left === 0 || held.size >= MOST || size > MOST_BYTES - ROOM) return
        if (state !== 'serving' || held.has(id)) continue
        await get(id)
        left--
      }
    },
  }
}
