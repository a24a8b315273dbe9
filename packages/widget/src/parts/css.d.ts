/** A style sheet as its text, which the build makes of it. */
declare module '*.css' {
  const text: string
  export default text
}
