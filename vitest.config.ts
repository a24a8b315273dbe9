import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Whole journeys take longest, so they begin first: no worker is left with one at the end. */
class JourneysFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isJourney = ({ moduleId }: TestSpecification) => moduleId.includes('/e2e/')
    return [...sorted.filter(isJourney), ...sorted.filter(file => !isJourney(file))]
  }
}

export default defineConfig({
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'attack/**/*.test.ts',
      'bench/**/*.test.ts',
      'assets/**/*.test.ts',
      'scripts/**/*.test.mjs',
      'e2e/**/*.test.ts',
    ],
    // Processes and browsers that tests start run built code.
    globalSetup: ['scripts/test-setup.mjs'],
    sequence: { sequencer: JourneysFirst },
    // As many as there are cores: with a third one, requests of tests took seconds.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
