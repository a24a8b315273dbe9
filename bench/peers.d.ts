declare module 'trek-captcha' {
  /** A GIF of 200×70 pixels and the letters on it. */
  export default function captcha(options: { size: number }): Promise<{ token: string; buffer: Buffer }>
}
