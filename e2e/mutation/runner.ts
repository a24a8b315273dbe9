import { join } from 'node:path'
import { createVitest, type TestModule } from 'vitest/node'

/** The result of a test file. */
export type Outcome = 'passed' | 'failed' | 'timeout'

/** Runs test files, with one source file replaced in memory: nothing on the disk changes. */
export interface Runner {
  /** Runs a test file until its first failure; `code` takes the place of `file`. */
  run(test: string, file: string, code: string | undefined, timeoutMs: number): Promise<Outcome>
  close(): Promise<void>
}

/** Vitest over the repository at `root`, one test file at a time. */
export async function createRunner(root: string): Promise<Runner> {
  let replaced: { file: string; code: string } | undefined
  const options = {
    root,
    watch: false,
    bail: 1,
    maxWorkers: 1,
    reporters: [{}],
    onConsoleLog: () => false,
  }
  const plugin = {
    name: 'mutation',
    enforce: 'pre' as const,
    // One project, whose modules are read again after each fault, and a process of its own for every run.
    config: ({ test }: { test?: { projects?: unknown } }) => {
      delete test?.projects
    },
    load: (id: string) => (id === replaced?.file ? replaced.code : undefined),
  }
  const vitest = await createVitest('test', options, { plugins: [plugin] })
  const failed = (test: TestModule) => !test.ok() || test.children.size === 0

  return {
    async run(test, file, code, timeoutMs) {
      // Whatever was replaced before is what it was again.
      if (replaced) vitest.invalidateFile(replaced.file)
      replaced = code === undefined ? undefined : { file: join(root, file), code }
      if (replaced) vitest.invalidateFile(replaced.file)
      const specification = vitest.getRootProject().createSpecification(join(root, test))
      let late = false
      const timer = setTimeout(() => {
        late = true
        // The first asks, the second ends a process that does not listen.
        for (let i = 0; i < 2; i++) vitest.cancelCurrentRun('keyboard-input').catch(() => {})
      }, timeoutMs)
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification])
      clearTimeout(timer)
      if (late) return 'timeout'
      const module = testModules.find(({ moduleId }) => moduleId === specification.moduleId)
      return !module || failed(module) || unhandledErrors.length > 0 ? 'failed' : 'passed'
    },
    close: () => vitest.close(),
  }
}
