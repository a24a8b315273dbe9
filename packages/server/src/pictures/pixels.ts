import { createCanvas, ImageData, loadImage } from '@napi-rs/canvas'
import { CaptchaError, type Picture } from '@upright/core'

/** Quality of a disc's JPEG: what it takes away is below the roughness that is put there on purpose. */
const JPEG_QUALITY = 72

/** The pixels of a prepared picture. @throws CaptchaError `asset_corrupt` */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  try {
    const image = await loadImage(bytes)
    const { width: size, height } = image
    if (size !== height) throw new Error(`${size} × ${height} is not square`)
    const context = createCanvas(size, size).getContext('2d')
    context.drawImage(image, 0, 0)
    return { size, pixels: new Int32Array(context.getImageData(0, 0, size, size).data.buffer) }
  } catch (cause) {
    throw new CaptchaError('asset_corrupt', 'a picture of the library', { cause })
  }
}

/** A picture's file as PNG. */
export async function asPng(bytes: Uint8Array): Promise<Buffer> {
  const image = await loadImage(bytes)
  const canvas = createCanvas(image.width, image.height)
  canvas.getContext('2d').drawImage(image, 0, 0)
  return canvas.encode('png')
}

let canvas = createCanvas(1, 1)

/** A disc of RGBA bytes as a JPEG file, which has nothing in it but the picture. */
export function encodeDisc(rgba: Uint8ClampedArray, size: number): Buffer {
  if (canvas.width !== size) canvas = createCanvas(size, size)
  // Told that there is no transparency, it need not multiply by it: that would take longer than the coding.
  canvas.getContext('2d', { alpha: false }).putImageData(new ImageData(rgba, size, size), 0, 0)
  return bare(canvas.encodeSync('jpeg', JPEG_QUALITY))
}

/** A JPEG file without its notes: colour profile, comments and whatever else belongs to applications. */
function bare(file: Buffer): Buffer {
  const kept = [file.subarray(0, 2)]
  let at = 2
  // Segments come one after the other until the picture's own data, which goes to the end.
  for (let marker = file[3]!; marker !== SCAN; marker = file[at + 1]!) {
    const end = at + 2 + file.readUInt16BE(at + 2)
    if (marker !== COMMENT && (marker < FIRST_NOTE || marker > LAST_NOTE)) kept.push(file.subarray(at, end))
    at = end
  }
  return Buffer.concat([...kept, file.subarray(at)])
}

/**
 * Second bytes of the markers that begin a JPEG file's segments. JFIF's own note, the first, says how many
 * pixels an inch has.
 */
const [FIRST_NOTE, LAST_NOTE, COMMENT, SCAN] = [0xe1, 0xef, 0xfe, 0xda]
