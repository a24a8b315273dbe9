import { inflateSync } from 'node:zlib'

/** Bytes of an entry of the tree since version 2, which added the time of change. */
const ENTRY = 22
const COMPRESSED = 1
const FOLDER = 2
/** Two bytes of length and four of a hash stand before a name's letters. */
const NAME_HEAD = 6

/**
 * The files of a Qt resource file, by path. It holds a tree of numbered entries whose root is entry 0, each
 * with the place of its name; a folder says where its children begin, a file where its bytes are.
 */
export function readRcc(bytes: Buffer): Map<string, Buffer> {
  const version = bytes.readUInt32BE(4)
  if (bytes.toString('latin1', 0, 4) !== 'qres' || version < 2) throw new Error('Not a resource file we know')
  const [tree, data, names] = [8, 12, 16].map(at => bytes.readUInt32BE(at)) as [number, number, number]
  const files = new Map<string, Buffer>()

  const nameAt = (at: number) => {
    const start = at + NAME_HEAD
    // Node knows UTF-16 only the other way round.
    return Buffer.from(bytes.subarray(start, start + 2 * bytes.readUInt16BE(at)))
      .swap16()
      .toString('utf16le')
  }
  const contentAt = (at: number, flags: number) => {
    const stored = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at))
    if ((flags & ~COMPRESSED) !== 0) throw new Error('A file is compressed in a way we do not know')
    // The size when unpacked stands before.
    return flags & COMPRESSED ? inflateSync(stored.subarray(4)) : stored
  }
  const visit = (entry: number, path: string) => {
    const at = tree + entry * ENTRY
    const flags = bytes.readUInt16BE(at + 4)
    if (!(flags & FOLDER)) {
      files.set(path, contentAt(data + bytes.readUInt32BE(at + 10), flags))
      return
    }
    const [count, first] = [bytes.readUInt32BE(at + 6), bytes.readUInt32BE(at + 10)]
    for (let child = first; child < first + count; child++) {
      const name = nameAt(names + bytes.readUInt32BE(tree + child * ENTRY))
      visit(child, path ? `${path}/${name}` : name)
    }
  }
  visit(0, '')
  return files
}
