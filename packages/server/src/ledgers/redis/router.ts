import type { Argument } from './exchange.ts'
import type { RedisNode } from './node.ts'

/** Router of commands: to the one master, or to that of their key. */
export interface Router {
  /**
   * Settles after the first attempt to reach what there is; rejects with its error. Later ones follow in
   * either case.
   */
  opened: Promise<void>
  /**
   * The answer to a command with one key, named again in front. Rejects with the server's error, or the
   * reason why there is none.
   */
  send(key: string, args: [name: string, ...Argument[]]): Promise<unknown>
  /** Keys that begin with this, one that is each master's. */
  keys(prefix: string): string[]
  /** Finishes what was accepted and ends every connection. */
  close(): Promise<void>
}

/** A key whose slot its number alone decides. */
export const keyWith = (prefix: string, number: number): string => `${prefix}:{${number}}`

/** One master for every key. */
export const singleRouter = ({ opened, send, close }: RedisNode): Router => ({
  opened,
  send: (_key, args) => send({ args }),
  keys: prefix => [keyWith(prefix, 0)],
  close,
})
