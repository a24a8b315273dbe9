/** Texts of nodes by their names: each writes its own, and reads all that were written lately. */
export interface Board {
  write(name: string, text: string): Promise<ReadonlyMap<string, string>>
}
