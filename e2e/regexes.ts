/**
 * Every regular expression of the sources, and texts that are hard for it: long runs of what it repeats,
 * behind what it wants before them, and cut off by what it does not want after. One that needs quadratic time
 * takes hundreds of milliseconds for 16 kB of them.
 */
import { createContext, Script } from 'node:vm'
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp'
import { type CallExpression, parseSync, Visitor } from 'oxc-parser'

/** A regular expression of a source. */
export interface Found {
  /** File and line. */
  where: string
  pattern: string
  flags: string
}

/** How long a regular expression takes at most. */
export interface Slowest {
  ms: number
  /** What took so long, without the repetitions. */
  attack: string
}

/** Characters of an attack: what Node takes as the headers of one request. */
const LENGTH = 16 * 1024
/**
 * Characters of the attacks among which the worst are looked for, and how many of them are tried in full
 * length.
 */
const SCREENING = { length: 1024, batch: 200, worst: 8 }
/** Milliseconds after which an expression is stopped. */
const TIMEOUT_MS = 500
/** Characters that classes such as `\s`, `[^"]` or `.` are tried with, besides those that patterns name. */
const ALPHABET = ['0', 'a', 'A', 'z', '_', ' ', '\t', '\n', '\r', '-', '!', '"', '%', 'é', '\u2028', '\u0001']
/** What hardly any pattern takes. */
const OTHER = '\u0001\n'
/** Most characters of one pattern that are combined. */
const MAX_CHARACTERS = 7

/**
 * The regular expressions in a source.
 * @throws Error where one is made from a text, which nothing could check
 */
export function regexesIn(file: string, source: string): Found[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`)
  const found: Found[] = []
  const where = (offset: number) => `${file}:${source.slice(0, offset).split('\n').length}`
  const refuse = ({ callee, start }: Pick<CallExpression, 'callee' | 'start'>) => {
    if (callee.type === 'Identifier' && callee.name === 'RegExp') {
      throw new Error(`${where(start)} makes a regular expression from a text: write a literal`)
    }
  }
  new Visitor({
    Literal(node) {
      if ('regex' in node) found.push({ where: where(node.start), ...node.regex })
    },
    CallExpression: refuse,
    NewExpression: refuse,
  }).visit(program)
  return found
}

/** The longest that a regular expression takes for any of its attacks. */
export function slowestOf({ pattern, flags }: Pick<Found, 'pattern' | 'flags'>): Slowest {
  const time = stopwatch(pattern, flags)
  // The first runs are slower: the expression is compiled then.
  time([' '.repeat(SCREENING.length)])
  const attacks = [...attacksOn(pattern, flags)]
  const screened: { attack: Attack; ms: number }[] = []
  for (let first = 0; first < attacks.length; first += SCREENING.batch) {
    const batch = attacks.slice(first, first + SCREENING.batch)
    const times = time(batch.map(attack => textOf(attack, SCREENING.length)))
    times.forEach((ms, i) => {
      screened.push({ attack: batch[i]!, ms })
    })
    if (times.at(-1) === Number.POSITIVE_INFINITY) break
  }
  const candidates = screened.sort((a, b) => b.ms - a.ms).slice(0, SCREENING.worst)
  const [worst] = candidates
  // A longer text would have to be stopped as well.
  if (worst?.ms === Number.POSITIVE_INFINITY) return { ms: worst.ms, attack: JSON.stringify(worst.attack) }
  const times = time(candidates.map(({ attack }) => textOf(attack, LENGTH)))
  const ms = Math.max(...times)
  return { ms, attack: JSON.stringify(candidates[times.indexOf(ms)]!.attack) }
}

/**
 * Times a regular expression with texts, in milliseconds: the best of three, as the machine may be busy
 * during one of them. After the first text that it has to be stopped with there are no more.
 */
function stopwatch(pattern: string, flags: string) {
  // All matches are looked for, as `replace` and `split` do: looking for one is a part of that.
  const regex = new RegExp(pattern, flags.replace(/[gy]/g, '').concat('g'))
  const sandbox = createContext({ regex, now: () => performance.now(), texts: [''], times: [0] })
  const script = new Script(
    `for (const text of texts) {
       times.push(Math.min(...[1, 2, 3].map(() => {
         const start = now()
         text.replace(regex, '')
         return now() - start
       })))
     }`,
  )
  /** The times of the first of some texts, as many as there was time for. */
  const run = (texts: string[]): number[] => {
    const times: number[] = []
    Object.assign(sandbox, { texts, times })
    try {
      script.runInContext(sandbox, { timeout: TIMEOUT_MS })
    } catch {
      // Stopped: what is timed is kept.
    }
    return times
  }
  return (texts: string[]): number[] => {
    const times: number[] = []
    while (times.length < texts.length) {
      const more = run(texts.slice(times.length))
      // The first text had all the time for itself.
      if (more.length === 0) return [...times, Number.POSITIVE_INFINITY]
      times.push(...more)
    }
    return times
  }
}

const textOf = ({ head, pump, tail }: Attack, length: number) =>
  (head + pump.repeat(length / pump.length + 1)).slice(0, length - tail.length) + tail

interface Attack {
  head: string
  /** What is repeated. */
  pump: string
  tail: string
}

function* attacksOn(pattern: string, flags: string): Generator<Attack> {
  const unicode = flags.includes('u')
  const tree = new RegExpParser().parsePattern(pattern, 0, pattern.length, { unicode, unicodeSets: false })
  const repeated: AST.Quantifier[] = []
  visitRegExpAST(tree, { onQuantifierEnter: node => repeated.push(node) })
  const characters = charactersOf(repeated, flags)
  const sample = sampler(flags)
  const heads = new Set(['', ...repeated.map(node => before(node, sample))])
  const pumps = new Set([
    ...wordsOf(characters, 2).filter(([a, b]) => a !== b),
    ...repeated.map(node => sample(node.element)),
    // What is tried at each of its repetitions, and may read to the end each time.
    ...heads,
    sample(tree),
  ])
  pumps.delete('')
  // Where nothing is repeated without a bound, no tail makes much of a difference.
  const unbounded = repeated.some(({ max }) => max > MAX_BOUND)
  const tails = ['', OTHER, ...(unbounded ? wordsOf(characters, characters.length > 4 ? 2 : 3) : [])]
  for (const head of heads) {
    for (const pump of pumps) for (const tail of tails) yield { head, pump, tail }
  }
}

/** All texts of some characters that are no longer than so many. */
function wordsOf(characters: readonly string[], longest: number): string[] {
  if (longest === 0) return []
  const shorter = wordsOf(characters, longest - 1)
  return [...characters, ...shorter.flatMap(word => characters.map(character => word + character))]
}

/**
 * One character for each way in which the repeated and optional parts of a pattern take characters or do not.
 */
function charactersOf(repeated: readonly AST.Quantifier[], flags: string): string[] {
  const atoms: AST.Node[] = []
  const add = (node: AST.Node) => {
    // What is in a class is no part of its own.
    if (node.parent?.type !== 'CharacterClass' && node.parent?.type !== 'CharacterClassRange')
      atoms.push(node)
  }
  for (const { element } of repeated) {
    visitRegExpAST(element, { onCharacterEnter: add, onCharacterClassEnter: add, onCharacterSetEnter: add })
  }
  const tests = [...new Set(atoms.map(({ raw }) => raw))].map(raw => takes(raw, flags))
  const named = atoms.flatMap(atom => {
    if (atom.type === 'Character') return [String.fromCodePoint(atom.value)]
    if (atom.type !== 'CharacterClass') return []
    return atom.elements.flatMap(element =>
      element.type === 'CharacterClassRange'
        ? [String.fromCodePoint(element.min.value), String.fromCodePoint(element.max.value)]
        : [],
    )
  })
  const byTaking = new Map<string, string>()
  for (const character of [...named, ...ALPHABET]) {
    const taking = tests.map(test => (test.test(character) ? '1' : '0')).join('')
    if (!byTaking.has(taking)) byTaking.set(taking, character)
  }
  return [...byTaking.values()].slice(0, MAX_CHARACTERS)
}

/** Whether a part of a pattern takes a character. */
const takes = (raw: string, flags: string) => new RegExp(`^(?:${raw})$`, flags.replace(/[gym]/g, ''))

/** Repetitions up to which a part of a pattern cannot cost much. */
const MAX_BOUND = 100

type Sample = (node: AST.Node) => string

/** Something short that a part of a pattern takes. */
function sampler(flags: string): Sample {
  const sample: Sample = node => {
    switch (node.type) {
      case 'Character':
        return String.fromCodePoint(node.value)
      case 'CharacterClass':
      case 'CharacterSet': {
        const test = takes(node.raw, flags)
        return ALPHABET.find(character => test.test(character)) ?? ''
      }
      case 'Quantifier':
        return sample(node.element).repeat(Math.min(node.min, LENGTH / 4))
      case 'Alternative':
        return node.elements.map(sample).join('')
      case 'Pattern':
      case 'Group':
      case 'CapturingGroup':
        return sample(node.alternatives[0]!)
      default:
        return ''
    }
  }
  return sample
}

/** Something short that a pattern takes before it comes to one of its parts. */
function before(node: AST.Node, sample: Sample): string {
  const { parent } = node
  if (!parent) return ''
  if (parent.type !== 'Alternative') return before(parent, sample)
  const earlier = parent.elements.slice(0, parent.elements.indexOf(node as AST.Element))
  return before(parent, sample) + earlier.map(sample).join('')
}
