/** A code as a picture: letters in rows, bent and joined, rasterised and packed, all from one stream. */
export { CHARACTERS, type Font } from './fonts.ts'
export { type Outlines, readFonts } from './glyphs.ts'
export { type TextCaptcha, type TextCaptchaOptions, textCaptcha } from './library.ts'
export { lookAlikes, misshapen } from './likeness.ts'
export { drawCode, type PictureOptions } from './picture.ts'
export { type Bitmap, contactSheet, encodePng } from './png.ts'
export { type Season, type SeasonOrigin, seasonOf } from './season.ts'
export { THEMES, type Theme } from './themes.ts'
