/** Contract suites: one for each place where an implementation plugs in. They need vitest. */
export { kindContract } from './kind.ts'
export { type LedgerUnderTest, ledgerContract } from './ledger.ts'
export { passContract } from './pass.ts'
export { ticketContract } from './ticket.ts'
