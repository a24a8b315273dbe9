/** A code as a picture: letters in rows, bent and joined, rasterised and packed, all from one stream. */
export { CHARACTERS } from './fonts.ts'
export { readFonts } from './glyphs.ts'
export { lookAlikes, misshapen } from './likeness.ts'
export { drawCode, type PictureOptions } from './picture.ts'
export { type Bitmap, contactSheet, encodePng } from './png.ts'
export { type Season, seasonOf } from './season.ts'
export { type Colours, type TextCaptcha, type TextCaptchaOptions, textCaptcha } from './text-captcha.ts'
export { THEMES, type Theme } from './themes.ts'
