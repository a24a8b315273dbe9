/**
 * Copies a text. The old way is kept for plain http, where browsers hide the clipboard. False when neither
 * works.
 */
export async function copyText(text: string, source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    getSelection()?.selectAllChildren(source)
    return document.execCommand('copy')
  }
}

/** Words of a copy button, in the language of the moment. */
export interface CopyWords {
  copy: string
  copied: string
  notCopied: string
}

/** Makes `button` copy what `source` shows, and say so in its own label for a moment. */
export function copies(button: HTMLButtonElement, source: HTMLElement, words: () => CopyWords): void {
  button.addEventListener('click', async () => {
    const done = await copyText(source.textContent ?? '', source)
    button.textContent = done ? words().copied : words().notCopied
    setTimeout(() => {
      button.textContent = words().copy
    }, 2500)
  })
}
