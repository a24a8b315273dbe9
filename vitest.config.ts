import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The project of files that begin in a process of their own. */
const ISOLATED_PROJECT = 'isolated'
/** They replace modules that other files have loaded. */
const ISOLATED = [
  'packages/core/src/testing/toy/kind.test.ts',
  'packages/server/src/ledgers/sqlite-sync.test.ts',
]

/**
 * Whole journeys take longest, so they begin first: no worker is left with one at the end. What has a process
 * of its own comes before them: those of the other files are kept from the first to the last. Files that
 * share a Firefox follow each other.
 */
class JourneysFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ project, moduleId }: TestSpecification) => {
      if (project.name === ISOLATED_PROJECT) return 0
      if (!relative(import.meta.dirname, moduleId).startsWith('e2e')) return 3
      return readFileSync(moduleId, 'utf8').includes('sharedFirefox') ? 1 : 2
    }
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

/** Packages of ours are taken from their sources. */
const conditions = ['source', 'node', 'default']
const TIMEOUT_MS = 60_000
const limits = {
  setupFiles: ['scripts/test-equality.mjs'],
  // One more than there are cores in CI: much of the time tests wait for servers and browsers.
  maxWorkers: 3,
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
}

export default defineConfig({
  test: {
    ...limits,
    // Processes and browsers that tests start run built code.
    globalSetup: ['scripts/test-setup.mjs'],
    sequence: { sequencer: JourneysFirst },
    projects: [
      {
        ssr: { resolve: { conditions } },
        test: { ...limits, name: ISOLATED_PROJECT, include: ISOLATED },
      },
      {
        test: {
          ...limits,
          name: 'shared',
          include: [
            'e2e/**/*.test.ts',
            'packages/*/src/**/*.test.ts',
            'attack/**/*.test.ts',
            'bench/**/*.test.ts',
            'assets/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          exclude: [...ISOLATED, '**/node_modules/**'],
          // To start a process for each file took longer than most files. One process runs many of them, one
          // after the other, with modules that they share: each test makes what it changes.
          isolate: false,
          // Node imports the modules, as it does elsewhere. Vite's own runner puts a getter in the place of
          // each import: loops over pixels then take twice the time. It alone can replace modules.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          execArgv: [
            '--import',
            './scripts/test-typescript.mjs',
            ...conditions.map(name => `--conditions=${name}`),
          ],
        },
      },
    ],
  },
})
