/**
 * What clients get for a style: BotDetect's own members, which some of them read, set or put their own
 * functions in.
 */
export interface Instance {
  readonly captchaStyleName: string
  /** 32 hexadecimal digits; another one after the captcha was renewed. */
  captchaId: string
  options: {
    /** The id of the input that the code is typed in. @default 'captchaFormulaireExtInput' */
    userInputID: string
    /** How pictures follow the colours of the page: ours do not. @default 'none' */
    imageColorMode: string
  }
  /** The input that the code is typed in: that of the captcha's own form, where several have one. */
  readonly userInput: HTMLInputElement | null

  /** Where the picture on show is from. Reloading asks here again. */
  imageSrcUrl: string
  /** Where the sound of that picture is. */
  soundUrl: string
  /** Where the proof of work that is asked for can be read, if the markup is without. */
  pUrl: string
  /** Where a code can be tried, with the proof as soon as there is one. Ready for `&i=` and the code. */
  validationUrl: string

  /** The picture on show. */
  image: HTMLImageElement
  /** The picture on its way. */
  newImage: HTMLImageElement | null
  /** What holds the picture. */
  imagePlaceholder: HTMLElement
  /** What is shown while a picture is on its way; null when none is. */
  progressIndicator: HTMLElement | null
  /** Whether any sound was asked for yet. */
  soundPlayed: boolean
  /** Whether the sound that was asked for last is not that of the picture on show. */
  playNewAudio: boolean

  /** Asks for another code; while one is on its way it does nothing. */
  reloadImage(): void
  /** Fetches a picture and, when it has come, puts it into its place and calls the two below. */
  initNewImage(url: string): void
  /** Shows the new picture: clients that adapt its colours hide it until this is called. */
  initImageColorModeHandler(): void
  /** Lets the visitor know that another picture is there, and go on. */
  postReloadImage(): void
  /** Plays the code from its start, or stops it. */
  playSound(): void
}
