import type { CaptchaError } from '@upright/core'
import { escapeHtml } from '../../http/html.ts'
import type { Speech } from './frame-words.ts'
import type { PlainChallenge } from './wire.ts'

/** Why there is another challenge: the name of a word. */
export type Note = 'wrong' | 'raised' | 'late'

/** Pixels of a code's picture. */
const [WIDTH, HEIGHT] = [200, 70]

/** A page. What is new is in its title: a screen reader says that first when a frame has loaded. */
const pageOf = (
  { lang, dir, words }: Speech,
  news: string | undefined,
  content: string,
): string => `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(news === undefined ? words.name : `${news} – ${words.name}`)}</title>
<link rel="stylesheet" href="frame.css">
</head>
<body>
<main>
<h1>${escapeHtml(words.name)}</h1>
${news === undefined ? '' : `<p class="note" id="note">${escapeHtml(news)}</p>`}
${content}
</main>
</body>
</html>
`

const hidden = (name: string, value: string) =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`

/** The name of a language in another one. */
const nameOf = (language: string, inLanguage: string) =>
  new Intl.DisplayNames([inLanguage], { type: 'language' }).of(language) ?? language

/** The form with a challenge. Nothing has the focus: browsers keep it out of frames of other origins. */
export function challengePage({
  challenge: { ticket, speech_language: spoken = 'en' },
  speech,
  note,
}: {
  challenge: PlainChallenge
  speech: Speech
  note?: Note | undefined
}): string {
  const { lang, words } = speech
  const shown = (what: string, more = '') =>
    escapeHtml(`show?${new URLSearchParams({ ticket, kind: what })}${more}`)
  const field = (
    name: string,
    label: string,
    inputmode: string,
  ) => `<label for="${name}">${escapeHtml(label)}</label>
<input id="${name}" name="${name}" inputmode="${inputmode}" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="64"${
    note === undefined ? '' : ' aria-describedby="note"'
  }>`
  const heardIn =
    spoken === lang ? '' : `<p>${escapeHtml(words.heardIn.replace('{language}', nameOf(spoken, lang)))}</p>`
  return pageOf(
    speech,
    note && words[note],
    `<form method="post" action="frame">
${hidden('ticket', ticket)}
${hidden('lang', lang)}
<div class="ways">
<section aria-labelledby="read">
<h2 id="read">${escapeHtml(words.text)}</h2>
<img src="${shown('text')}" srcset="${shown('text')} 1x, ${shown('text', '&scale=2')} 2x" width="${WIDTH}" height="${HEIGHT}" alt="${escapeHtml(words.picture)}">
${field('text', words.readCode, 'text')}
</section>
<section aria-labelledby="hear">
<h2 id="hear">${escapeHtml(words.speech)}</h2>
<audio controls preload="none" src="${shown('speech')}" aria-label="${escapeHtml(words.listen)}"></audio>
${heardIn}
${field('speech', words.hearCode, 'numeric')}
</section>
</div>
<p class="buttons"><button>${escapeHtml(words.check)}</button>
<button name="another" value="1">${escapeHtml(words.another)}</button></p>
</form>`,
  )
}

/** The pass, to be copied. */
export const passPage = (pass: string, speech: Speech): string =>
  pageOf(
    speech,
    speech.words.passed,
    `<label for="pass">${escapeHtml(speech.words.copyPass)}</label>
<textarea id="pass" readonly dir="ltr" rows="4" spellcheck="false" aria-describedby="note">${pass}</textarea>`,
  )

/** What went wrong; the code is for the people who are asked about it. A ticket gets another challenge. */
export const errorPage = (
  { status, code, message }: CaptchaError,
  speech: Speech,
  ticket: string | undefined,
): string =>
  pageOf(
    speech,
    speech.words.failed,
    `<p lang="en" dir="ltr">${status} <code>${code}</code>: ${escapeHtml(message)}</p>${
      ticket === undefined
        ? ''
        : `
<form method="post" action="frame">
${hidden('ticket', ticket)}
${hidden('lang', speech.lang)}
<p class="buttons"><button name="another" value="1">${escapeHtml(speech.words.again)}</button></p>
</form>`
    }`,
  )
