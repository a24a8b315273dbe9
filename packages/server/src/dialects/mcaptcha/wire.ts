/** The answer of a verification, whatever came of it: its HTTP status is 200. */
export interface VerifyAnswer {
  valid: boolean
}

/** What the frame hands to the page around it; a window hands it to the frame that has opened it. */
export interface WidgetMessage {
  /** The pass. */
  token: string
}

/** What a window hands to the frame that has opened it. */
export interface WindowMessage extends WidgetMessage {
  /** Seconds for which the pass is good. */
  expires_in: number
}
