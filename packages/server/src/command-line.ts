import { stripVTControlCharacters } from 'node:util'

interface Command {
  usage: string[]
  about: string
  /** Loaded when it is wanted: `upright --help` needs none. */
  load(): Promise<{ run(args: string[]): Promise<unknown> }>
}

const SITE_FLAGS =
  '[--attempts N] [--expiry SECONDS] [--revalidation grace|strict] [--tolerance DEGREES] [--origin O]... [--open|--no-open] [--quota N] [--rate N] [--outage refuse|accept] [--dialects all|NAME,NAME...] [--work NAME=STYLE/TRIES|NAME=default]... [--altcha-version 1|2] [--altcha-code on|off] [--score on|off] [--preset contact|sign-up|log-in|reset|download] [--rung N] [--ceiling N] [--ladder off|shadow|enforce] [--expect PER_HOUR] [--allow CIDR=TIMES]...'

const FACT_FLAGS =
  '[--status NONE|FOUND|LOST|ADOPTION] [--species S] [--shelter S] [--city S] [--credit S] [--licence S] [--source S]'

const commands: Record<string, Command> = {
  serve: {
    usage: ['serve [--port N] [--host ADDRESS]'],
    about: 'run the service; makes the data folder, its keys and a demo site at the first start',
    load: () => import('./commands/serve/index.ts'),
  },
  site: {
    usage: [
      `site add --name NAME ${SITE_FLAGS}`,
      'site list',
      'site show ID [--altcha-key]',
      `site set ID [--name NAME] ${SITE_FLAGS}`,
      'site usual ID',
      'site rotate ID [--altcha] [--yes]',
      'site remove ID [--yes]',
    ],
    about:
      'the sites and their keys; ID is a number or a public key, --origin none clears the origins, --altcha-key and --altcha are about the key for plug-ins of ALTCHA, and usual says that what is going on is nothing unusual',
    load: () => import('./commands/site.ts'),
  },
  picture: {
    usage: [
      `picture import PATH [--state serving|candidate] ${FACT_FLAGS}`,
      'picture list',
      `picture set ID [--state serving|candidate|aside] [--name NAME] [--link URL] [--subject X,Y,W,H] ${FACT_FLAGS}`,
      'picture remove ID... [--yes]',
    ],
    about:
      'the animals of discs; PATH is a folder, a .csv or .json feed, or one picture, and flags say what pictures do not',
    load: () => import('./commands/picture.ts'),
  },
  operator: {
    usage: ['operator add --name NAME', 'operator list', 'operator remove ID [--yes]'],
    about: 'who may change the pictures over HTTP, and with which token',
    load: () => import('./commands/operator.ts'),
  },
  font: {
    usage: [
      'font add FILE --name NAME --licence LICENCE --credit CREDIT',
      'font list',
      'font remove ID [--yes]',
    ],
    about:
      'fonts of your own that codes are drawn in beside ours, from the next start; FILE is TTF, OTF or WOFF',
    load: () => import('./commands/font.ts'),
  },
  registry: {
    usage: ['registry copy [--from PLACE] [--to PLACE]'],
    about:
      'copies sites, keys, pictures, their use, operators and fonts into an empty registry; PLACE is a data folder or a postgres:// address, by default what the service uses',
    load: () => import('./commands/registry-copy.ts'),
  },
  answer: {
    usage: ['answer ID'],
    about:
      'the answer of a challenge, for your own end-to-end tests; ID is any that a page holds, or a challenge of ALTCHA in JSON, whose work is solved; needs the master secret',
    load: () => import('./commands/answer.ts'),
  },
  explain: {
    usage: ['explain ID|TICKET|PASS'],
    about:
      'what a challenge asked, what was decided and why, and whether it passed, from what is sealed and from the ledger; needs the master secret',
    load: () => import('./commands/explain.ts'),
  },
  render: {
    usage: [
      'render text --style S --count N --out DIR [--level light|standard] [--seed S] [--secret S] [--season N] [--sheet] [--size WxH] [--scale 1|2]',
      'render speech --style S --count N --out DIR [--seed S] [--secret S] [--language L] [--snr DB] [--spelling]',
      'render rotate --count N --out DIR [--seed S] [--secret S] [--upright]',
      'render work --style S --count N --out DIR [--seed S] [--secret S] [--shape native|native-beside|cap|altcha-v1|altcha-v2] [--tries N]',
    ],
    about: 'write challenges as files with their answers in labels.tsv; the same seed, the same files',
    load: () => import('./commands/render.ts'),
  },
  'reading-test': {
    usage: [
      'reading-test --style S --count N [--form picture|sound] [--out FILE] [--port N] [--seed S] [--secret S] [--season N]',
    ],
    about: 'a page on this machine where a person reads challenges, and a file of what was read and misread',
    load: () => import('./commands/reading-test.ts'),
  },
  doctor: {
    usage: ['doctor'],
    about: 'check everything the service needs, and say how to fix what is wrong',
    load: () => import('./commands/doctor/index.ts'),
  },
}

function help(only?: string): string {
  const chosen = only ? [only] : Object.keys(commands)
  const blocks = chosen.flatMap(name => {
    const { usage, about } = commands[name]!
    return [...usage.map(line => `  upright ${line}`), `      ${about}`, '']
  })
  return [
    'Upright, a self-hosted CAPTCHA engine',
    '',
    ...blocks,
    'Every command takes --data DIR (default ./data, or UPRIGHT_DATA) and --json.',
    'remove asks on a terminal; elsewhere it needs --yes.',
    'upright --version prints the version.',
  ].join('\n')
}

/** How a command ended: its exit status, and in one line what went wrong. */
interface Ending {
  code: number
  complaint?: string
}

async function run([name = 'help', ...args]: string[]): Promise<Ending> {
  if (name === '--version' || name === '-v') {
    const { readVersion } = await import('./version.ts')
    process.stdout.write(`${readVersion()}\n`)
    return { code: 0 }
  }
  const forHelp = name === 'help' || name === '--help' || name === '-h'
  const wanted = forHelp ? args[0] : name
  if (wanted !== undefined && !Object.hasOwn(commands, wanted)) {
    return { code: 2, complaint: `there is no command "${wanted}"; upright help lists them` }
  }
  if (forHelp || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${help(wanted)}\n`)
    return { code: 0 }
  }
  const command = await commands[name]!.load()
  const code = await command.run(args)
  return { code: typeof code === 'number' ? code : 0 }
}

/** The error message of a command, in one line, with the reason that SQLite or the system gave. */
function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = 'code' in error && error.code === 'unavailable' && error.cause
  const line = cause instanceof Error ? `${error.message} (${cause.message})` : error.message
  const lines = stripVTControlCharacters(line).split('\n')
  return lines.map(each => each.trim()).join(' ')
}

/** Runs `upright` with these arguments in this process. */
export async function runCommandLine(args: string[]): Promise<Ending> {
  try {
    return await run(args)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    return { code: code === 'usage' || code === 'bad_request' ? 2 : 1, complaint: lineOf(error) }
  }
}
