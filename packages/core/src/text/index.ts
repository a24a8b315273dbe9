/** A code as a picture: letters on a line, bent and joined, rasterised and packed, all from one stream. */
export { type TextCaptcha, type TextCaptchaOptions, textCaptcha } from './library.ts'
export { drawCode, type PictureOptions } from './picture.ts'
export { type Bitmap, contactSheet, encodePng } from './png.ts'
export { THEMES, type Theme } from './themes.ts'
