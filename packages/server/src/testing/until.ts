/** Milliseconds between two questions: a loop without a pause would keep busy what it waits for. */
const PAUSE_MS = 20

/** Asks again until something holds; a test's own limit ends what never does. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
}
