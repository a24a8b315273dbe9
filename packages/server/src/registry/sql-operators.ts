import { CaptchaError } from '@upright/core'
import type { Kysely, Selectable } from 'kysely'
import type { Operator, OperatorRegistry } from './registry.ts'
import { rowNumber } from './row.ts'
import { hashSecret, sameHash } from './secret.ts'
import { checkName } from './settings.ts'
import type { OperatorTable, SqlRegistryOptions, Tables } from './tables.ts'

/** Bytes of a token, which is written as 64 hexadecimal characters. */
const TOKEN_BYTES = 32

const operatorOf = ({ id, name, created }: Selectable<OperatorTable>): Operator => ({ id, name, created })

/** The operators of a registry over any SQL database. */
export function sqlOperators(db: Kysely<Tables>, { now, random }: SqlRegistryOptions): OperatorRegistry {
  return {
    async operators() {
      return (await db.selectFrom('operator').selectAll().orderBy('id').execute()).map(operatorOf)
    },

    async operatorByToken(token) {
      const hash = hashSecret(token)
      const row = await db
        .selectFrom('operator')
        .selectAll()
        .where('token_hash', '=', hash)
        .executeTakeFirst()
      return row && sameHash(row.token_hash, hash) ? operatorOf(row) : undefined
    },

    async addOperator(name) {
      const token = random(TOKEN_BYTES).toString('hex')
      const row = { name: checkName(name), token_hash: hashSecret(token), created: now() }
      const added = await db.insertInto('operator').values(row).returningAll().executeTakeFirstOrThrow()
      return { operator: operatorOf(added), token }
    },

    async removeOperator(id) {
      const row = await db
        .deleteFrom('operator')
        .where('id', '=', rowNumber(id))
        .returning('id')
        .executeTakeFirst()
      if (!row) throw new CaptchaError('operator_unknown', String(id))
    },
  }
}
