import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'attack/**/*.test.ts',
      'assets/**/*.test.ts',
      'scripts/**/*.test.mjs',
      'e2e/**/*.test.ts',
    ],
    // Processes and browsers that tests start run built code.
    globalSetup: ['scripts/test-setup.mjs'],
    // Many files wait for servers and browsers more than they compute: both cores have one.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
