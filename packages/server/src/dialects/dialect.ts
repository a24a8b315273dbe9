import type { Captcha, Challenge, KeyRing, KindName, Passes, Style, Tickets, Verdict } from '@upright/core'
import type { FastifyInstance } from 'fastify'
import type { Files } from '../http/files.ts'
import type { Pages } from '../http/origins.ts'
import type { Routes } from '../http/routes.ts'
import type { Sites } from '../http/sites.ts'
import type { DocumentPart } from '../openapi/types.ts'
import type { Pictures } from '../pictures/picture.ts'
import type { Admission } from '../policy/admission.ts'
import type { Ladder } from '../policy/ladder/ladder.ts'
import type { SiteWork } from '../registry/settings.ts'
import type { Renderer } from '../renderer.ts'
import type { Probe } from '../telemetry/health.ts'

/** Work that a protocol can ask for. */
export interface WorkChoice {
  /** Names of styles of work that its clients can solve. */
  readonly styles: readonly string[]
  /** What a site asks for on rung 0 unless it says otherwise. */
  readonly default: SiteWork
  /** What is asked for on rungs 1, 2 and 3 at least: never less than on the rung before. */
  readonly rungs: readonly [SiteWork, SiteWork, SiteWork]
}

/** A public key that a vendor gives to everybody for tests, and how its widget then behaves. */
export interface TestKey {
  readonly sitekey: string
  /** What the form gets; undefined where every answer is refused. */
  readonly pass: string | undefined
  /** Whether the widget shows itself. */
  readonly visible: boolean
  /** Whether the visitor has something to press. */
  readonly interactive: boolean
}

/** How our own API serves the scripts of a dialect: it asks their visitors and makes their passes. */
export interface ServedScripts {
  /** Seconds for which a pass can be redeemed. @default as long as its ticket could be answered */
  readonly passSeconds?: number
  /** Keys of tests, which are known where the configuration says so. */
  readonly testKeys: readonly TestKey[]
  /**
   * Whether visitors answer in a frame of ours, whose document says which page is around it: a ticket of the
   * dialect, for its host. @default false
   */
  readonly framed?: boolean
}

/** A dialect: the protocol of one family of clients. Listed in `dialects/index.ts`. */
export interface Dialect {
  /** Its page in docs/, its label in metrics and traces. */
  readonly name: string
  /** Its folder, where several dialects share one. @default its name */
  readonly folder?: string
  /** The kinds whose ids it knows; ids of other kinds are unknown to it. */
  readonly kinds: readonly KindName[]
  /** Whether it knows the ids of a style of those kinds. @default it does */
  knows?(style: Style): boolean
  /**
   * What asks for work in it, by name, and how much: its own name, names that begin with it where it has
   * several protocols, or `native` where our own API asks. A site's setting `work` has the same names.
   * @default none
   */
  readonly work?: Readonly<Record<string, WorkChoice>>
  /** What our own API does for its scripts. @default nothing */
  readonly scripts?: ServedScripts
  /** Its part of `/openapi.json`. */
  readonly document: DocumentPart
  /** The one spelling of an address that is routed, where clients write it in several ways. */
  normalizeUrl?(url: string): string
  /**
   * The challenge's id in what the dialect hands out in its place; undefined for other texts. @default none
   */
  idIn?(text: string, tickets: Pick<Tickets, 'open'>): string | undefined
  /**
   * Solves work that stands in a text as the dialect hands it out, in the shape in which its clients send it:
   * for commands and tests. @default no work
   */
  solve?(challenge: Challenge, text: string): Promise<unknown>
  /** Registers its routes, on a scope of its own. */
  register(scope: FastifyInstance, context: DialectContext): void
}

/** Services that a dialect may use. No secret, no registry, no counter. */
export interface DialectContext {
  /** Issues and judges challenges of its kinds; each call is counted and traced under its label. */
  captcha: Captcha
  /** What visitors are asked, sealed: a ticket is answered once. */
  tickets: Tickets
  /** What a right answer earns, sealed: a pass is redeemed once. */
  passes: Passes
  /** How much visitors are asked for; decisions are counted under its label. */
  ladder: Ladder
  /** Renders any form of any of its challenges. */
  show: Renderer
  /** The pictures that discs show. */
  pictures: Pick<Pictures, 'of' | 'answered'>
  /** Counts a verdict that was reached without asking `captcha`, as for an id that is malformed. */
  countVerdict(site: number, verdict: Verdict): void
  /**
   * Keys of a label that nothing else has: that of the secret which makes first, then those accepted beside
   * it.
   */
  keys(label: string, bytes: number): KeyRing
  /** The sites that the dialect is on for. */
  sites: Sites
  /** Every site: for what a back end asks about passes of whichever dialect. */
  allSites: Sites
  /** The sites that one of these dialects is on for. */
  sitesOf(dialects: readonly string[]): Sites
  /** Dialects whose scripts our own API serves, by name. */
  scripts: ReadonlyMap<string, ServedScripts>
  /** Whether the public keys and secrets that vendors give for tests are known. */
  testKeys: boolean
  /** Whose pages may call for a site. */
  pages: Pages
  admission: Admission
  files: Files
  routes: Routes
  probe: Probe
  /** The version of the service. */
  version: string
  /** Milliseconds since 1970. */
  now(): number
  /** n fresh random bytes, from a cryptographic source. */
  random(n: number): Buffer
  /** The same under another label, for a dialect that tells its versions or vendors apart in metrics. */
  as(label: string): DialectContext
}
