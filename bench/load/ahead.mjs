// Loaded before a node, this sets its clock ten minutes ahead: everything in the process then has it from here.
const AHEAD = 10 * 60 * 1000
const Right = Date

globalThis.Date = new Proxy(Right, {
  construct: (target, args) => (args.length === 0 ? new target(Right.now() + AHEAD) : new target(...args)),
  apply: target => new target(Right.now() + AHEAD).toString(),
  get: (target, name) => (name === 'now' ? () => Right.now() + AHEAD : Reflect.get(target, name)),
})
