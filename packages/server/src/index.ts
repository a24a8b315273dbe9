/**
 * The service as a library: `openService` makes one over a data folder, `createApp` gives its Fastify
 * instance.
 */
export { createApp } from './app.ts'
export { type Config, readConfig } from './config.ts'
export { ledgerDriverOf } from './ledgers/drivers.ts'
export { sqliteLedger } from './ledgers/sqlite.ts'
export { openService } from './open.ts'
export { decodePicture, encodeDisc } from './pictures/pixels.ts'
export type { Service } from './service.ts'
