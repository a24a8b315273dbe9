import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The project of files that have a process of their own. */
const ISOLATED_PROJECT = 'isolated'

/**
 * Whole journeys take longest, so they begin first: no worker is left with one at the end. With what else has
 * a process of its own behind them, those of the other files are kept from the first to the last.
 */
class IsolatedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isIsolated = ({ project }: TestSpecification) => project.name === ISOLATED_PROJECT
    return [...sorted.filter(isIsolated), ...sorted.filter(file => !isIsolated(file))]
  }
}

/** Files that begin in a process of their own. */
const ISOLATED = [
  // Whole journeys: those of one must not slow down another's browser.
  'e2e/**/*.test.ts',
  // They replace modules that other files have loaded.
  'packages/core/src/testing/toy/kind.test.ts',
  'packages/server/src/ledgers/sqlite-sync.test.ts',
]

/** What is the same for all tests. */
const shared = {
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
}
const TIMEOUT_MS = 60_000
const limits = {
  // One more than there are cores in CI: much of the time tests wait for servers and browsers.
  maxWorkers: 3,
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
}

export default defineConfig({
  ...shared,
  test: {
    ...limits,
    // Processes and browsers that tests start run built code.
    globalSetup: ['scripts/test-setup.mjs'],
    sequence: { sequencer: IsolatedFirst },
    projects: [
      { ...shared, test: { ...limits, name: ISOLATED_PROJECT, include: ISOLATED } },
      {
        ...shared,
        test: {
          ...limits,
          name: 'shared',
          include: [
            'packages/*/src/**/*.test.ts',
            'attack/**/*.test.ts',
            'bench/**/*.test.ts',
            'assets/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          exclude: ISOLATED,
          // To start a process for each file took longer than most files. One process runs many of them, one
          // after the other, with modules that they share: each test makes what it changes.
          isolate: false,
        },
      },
    ],
  },
})
