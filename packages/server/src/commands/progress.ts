import type { WriteStream } from 'node:tty'

/** Progress of a long command, on the terminal. */
export interface Progress {
  tell(done: number, total: number): void
  /** Leaves nothing of a bar behind. */
  end(): void
}

/** Characters of a bar. */
const WIDTH = 30

/**
 * One line that is written over again and again on a terminal; anywhere else, where counts are wanted, a line
 * a tenth.
 */
export function progressOn(
  stream: Pick<WriteStream, 'write'> & { isTTY?: boolean },
  what: 'bar' | 'bar or counts',
): Progress {
  let shown = ''
  const show = (line: string, end: string) => {
    if (line === shown) return
    shown = line
    stream.write(`${stream.isTTY ? '\r' : ''}${line}${end}`)
  }
  return {
    tell(done, total) {
      if (stream.isTTY) {
        const full = Math.floor((done / total) * WIDTH)
        const percent = `${Math.floor((done / total) * 100)}`.padStart(3)
        show(`[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent} %  ${done} of ${total}`, '')
      } else if (
        what === 'bar or counts' &&
        Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total)
      ) {
        show(`${done} of ${total}`, '\n')
      }
    },
    end() {
      // CSI K: erase to the end of the line.
      if (stream.isTTY && shown) stream.write('\r\u001b[K')
    },
  }
}
