import type { Language, Work } from '@upright/core'

/** What a visitor may choose to do: wait for the browser's work, read a code, hear one, or turn a disc. */
export type NativeKind = 'work' | 'text' | 'speech' | 'rotate'

/** What a browser asks for. All but the public key may be left out. */
export interface ChallengeRequest {
  sitekey: string
  /** Name of the action, at most 100 bytes. */
  action?: string
  /** Data of the page's own, at most 255 bytes. */
  cdata?: string
  /** The kinds that the client can show. @default all */
  kinds?: NativeKind[]
  /** Language of what is to be heard, as a tag of BCP 47. @default 'en' */
  lang?: string
  /** Dialect in which the pass will be redeemed. @default 'native' */
  dialect?: string
  /** From a frame of ours: the ticket in its document, which holds the host of the page around it. */
  page?: string
  /** The site's secret, from its back end alone, which draws the challenge for a page without scripts. */
  secret?: string
}

/** A challenge. */
export interface NativeChallenge {
  /** What is answered once. */
  ticket: string
  /** Seconds until it expires. */
  expires_in: number
  /** The kinds that the visitor chooses from; `work` is enough by itself where it is one of them. */
  kinds: NativeKind[]
  /** Language of what is to be heard; missing where nothing is. */
  speech_language?: Language
  /** The browser's work, which goes with every response. */
  work: Work
  /** The limit of the work that goes with a response of another kind: it is half as hard. */
  limit_beside: number
  /** Present for a public key of tests: no visitor is kept out, and the widget has to say so. */
  test?: TestBehaviour
}

/** How a widget with a public key of tests behaves. */
export interface TestBehaviour {
  /** Whether the widget shows itself. */
  visible: boolean
  /** Whether it waits until the visitor has pressed something. */
  interactive: boolean
}

/** A challenge without work, for a page without scripts: a code to read, or to hear. */
export type PlainChallenge = Omit<NativeChallenge, 'work' | 'limit_beside'>

/** An answer to a challenge: everything in one request. */
export interface AnswerRequest {
  ticket: string
  kind: NativeKind
  /** A code or degrees; nothing for `work`. */
  response?: string
  /** A counter for each puzzle. */
  work: number[]
  /** The site's secret, from its back end alone: the answer to a challenge without work. */
  secret?: string
  /** As in the request for the challenge, for a fresh one. */
  kinds?: NativeKind[]
  lang?: string
}

/** Why no pass came of an answer. `retry`: nothing was decided, and the same answer may be sent again. */
export type FailureReason = 'wrong' | 'raised' | 'expired' | 'retry'

/** The reply to an answer. All reasons but `retry` come with a fresh challenge, unless a limit is reached. */
export type AnswerReply =
  | { success: true; pass: string; expires_in: number }
  | ({ success: false; reason: FailureReason } & Partial<NativeChallenge>)

/** Why a pass was not redeemed. `unavailable` may be asked again; `request` is malformed. */
export type VerifyError = 'secret' | 'request' | 'unknown' | 'expired' | 'duplicate' | 'unavailable'

/** The reply to a report of how a pass ended. `duplicate`: the other outcome was reported before. */
export type OutcomeReply = { success: true } | { success: false; error: VerifyError }

/** What a back end is told about a pass. */
export type VerifyReply =
  | {
      success: true
      /** When the pass was earned, in ISO 8601. */
      challenge_ts: string
      /** Host of the page, without a port; empty where it is not known. */
      hostname: string
      action: string
      cdata: string
      /** The kind that was answered. */
      kind: string
      sitekey: string
      rung: number
      /** Why it was that rung. */
      reasons: readonly string[]
    }
  | { success: false; error: VerifyError }
