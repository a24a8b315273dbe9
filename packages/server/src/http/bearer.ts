/** The token of an `Authorization: Bearer …` header, where there is one. */
export const bearer = (header: string | undefined): string | undefined =>
  /^bearer\s+(\S+)\s*$/i.exec(header ?? '')?.[1]
