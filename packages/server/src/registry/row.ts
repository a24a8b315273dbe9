/**
 * A number to look a row up by: 0, which no row has, in place of what is none. PostgreSQL refuses to compare
 * with that.
 */
export const rowNumber = (id: number): number => (Number.isInteger(id) && id > 0 && id < 2 ** 31 ? id : 0)
