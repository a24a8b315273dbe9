// Loaded before a node, this sets its clock ten minutes ahead: everything in the process then has it from
// here.
const AHEAD_MS = 10 * 60 * 1000
const Right = Date

globalThis.Date = new Proxy(Right, {
  construct: (target, args) => (args.length === 0 ? new target(Right.now() + AHEAD_MS) : new target(...args)),
  apply: target => new target(Right.now() + AHEAD_MS).toString(),
  get: (target, name) => (name === 'now' ? () => Right.now() + AHEAD_MS : Reflect.get(target, name)),
})
