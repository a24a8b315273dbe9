import { resolve } from 'node:path'
import { inFolder, readSecret } from './folder.ts'
import type { Repeat } from './repeat.ts'

/** Options of `watchSecret`. */
export interface SecretWatch {
  /** The data folder. */
  data: string
  /** The master secret in force. */
  secret: string
  /** Logs a warning. */
  warn: (line: string) => void
  repeat: Repeat
}

/**
 * Whether a data folder still holds the master secret in force. It was read once, so this process goes on
 * without its file; one that starts would take another secret. Contents are compared, not inodes: a copy put
 * back is as good, and one written over is not.
 */
export function watchSecret({ data, secret, warn, repeat }: SecretWatch) {
  const file = inFolder(resolve(data)).secret
  let kept = true
  const look = () => {
    const found = secretIn(data)
    if ((found === secret) === kept) return
    kept = !kept
    if (kept) warn(`the master secret ${file} is the one in use again`)
    else {
      warn(
        `the master secret ${file} ${found === undefined ? 'cannot be read' : 'was changed'} while it was in use: ` +
          'this process goes on with the one it has read, but one that starts would understand none of its ' +
          'challenges and tokens. Put back a copy, or restart the service',
      )
    }
  }
  return { kept: () => kept, stop: repeat(look) }
}

/** The secret of a data folder, or undefined when there is none that can be read. */
function secretIn(data: string): string | undefined {
  try {
    return readSecret(data)
  } catch {
    return undefined
  }
}
