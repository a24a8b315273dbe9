import { randomBytes } from 'node:crypto'
import { type PostgresRegistryOptions, postgresRegistry } from '../registry/postgres.ts'
import type { Registry } from '../registry/registry.ts'

/** Several nodes over one PostgreSQL database. */
export interface Nodes {
  /** Opens the registry of another node; with `repeat` undefined it looks for changes by itself. */
  open(more?: Pick<PostgresRegistryOptions, 'most' | 'repeat'>): Promise<Registry>
  /** Moves the nodes' clock on, and has all of them look for changes. */
  advance(ms?: number): Promise<void>
  /** Their warnings. */
  said: string[]
}

/** Nodes over the database of this address, their clock in the test's hands. */
export function nodesOver(url: string): Nodes {
  let time = 1_800_000_000_000
  const due = new Set<() => unknown>()
  const said: string[] = []
  return {
    said,
    open: more =>
      postgresRegistry({
        url,
        now: () => time,
        random: randomBytes,
        warn: line => said.push(line),
        repeat: work => {
          due.add(work)
          return () => due.delete(work)
        },
        ...more,
      }),
    async advance(ms = 1000) {
      time += ms
      await Promise.all([...due].map(work => work()))
    },
  }
}
