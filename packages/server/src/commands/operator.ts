import { CaptchaError } from '@upright/core'
import type { Operator, Registry } from '../registry/registry.ts'
import { readArguments, runAction } from './arguments.ts'
import { confirm, YES } from './confirm.ts'
import { columns, print } from './print.ts'
import { withKnownRegistry, withRegistry } from './registry.ts'

const ACTIONS = { add, list, remove }

/** `upright operator …`: who may call `/admin/api`, also beside a running server, which knows at once. */
export const run = (args: string[]): Promise<void> => runAction('operator', ACTIONS, args)

async function add(args: string[]): Promise<void> {
  const { values } = readArguments(args, { name: { type: 'string' } })
  const { name } = values
  if (name === undefined) throw new CaptchaError('usage', 'operator add needs --name')
  const { operator, token } = await withRegistry(values.data, registry => registry.addOperator(name))
  const made = { id: operator.id, name: operator.name, token }
  if (values.json) {
    print(JSON.stringify(made))
    return
  }
  print(columns(Object.entries(made).map(([label, value]) => [label, String(value)])))
  print('The token is shown this once: keep it as you keep a password.')
}

async function list(args: string[]): Promise<void> {
  const { values } = readArguments(args, {})
  const operators = (await withOperators(values.data, registry => registry.operators())).map(shown)
  if (values.json) {
    print(JSON.stringify(operators))
    return
  }
  const rows = operators.map(({ id, created, name }) => [`${id}`, created, name])
  print(columns([['id', 'created', 'name'], ...rows]))
}

async function remove(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args, YES, ['ID'])
  const [text] = positionals
  const removed = await withOperators(values.data, async registry => {
    const found = (await registry.operators()).find(({ id }) => String(id) === text)
    if (!found)
      throw new CaptchaError('operator_unknown', `${text}; "upright operator list" shows those there are`)
    await confirm(`remove operator ${found.id} (${found.name})`, values.yes)
    await registry.removeOperator(found.id)
    return found
  })
  print(
    values.json
      ? JSON.stringify({ removed: removed.id })
      : `removed operator ${removed.id} (${removed.name})`,
  )
}

const shown = ({ id, name, created }: Operator) => ({ id, name, created: new Date(created).toISOString() })

const withOperators = <T>(data: string | undefined, work: (registry: Registry) => Promise<T>): Promise<T> =>
  withKnownRegistry(data, 'no operators; "upright operator add" makes the first', work)
