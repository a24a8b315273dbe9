/** A style sheet as its text, which scripts/build-web.mjs makes of it. */
declare module '*.css' {
  const text: string
  export default text
}
