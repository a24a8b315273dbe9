import { type Node, parseSync } from 'oxc-parser'

/** One small fault in a file: what it replaces, and how its lines read without and with it. */
export interface Mutant {
  /** The line it begins on, from 1. */
  line: number
  /** The whole file with the fault in it. */
  code: string
  /** The lines that it touches, white space collapsed and cut at 120 characters. */
  before: string
  after: string
}

/** How much of a line is shown and compared. */
const MAX_LINE_LENGTH = 120
/** The other one of two that differ at the bound alone. */
const BOUNDS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }
const COMPARISONS = [...Object.keys(BOUNDS), '===', '!==', '==', '!=', 'in', 'instanceof']
const SUMS: Readonly<Record<string, string>> = { '+': '-', '-': '+', '+=': '-=', '-=': '+=' }
const MATH: Readonly<Record<string, string>> = { max: 'min', min: 'max', ceil: 'floor', floor: 'ceil' }
/**
 * Calls whose result decides something, so that leaving one out means that nothing was found, counted or
 * claimed.
 */
const DECIDING = ['claim', 'claimed', 'count', 'counted', 'decided', 'take']

const isLogical = (node: Node) => node.type === 'LogicalExpression' && node.operator !== '??'
const isComparison = (node: Node) => node.type === 'BinaryExpression' && COMPARISONS.includes(node.operator)
const isNegation = (node: Node) => node.type === 'UnaryExpression' && node.operator === '!'
const isBoolean = (node: Node) => isLogical(node) || isComparison(node) || isNegation(node)
const isText = (node: Node) =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')

/** Whether an expression is a number, or made of nothing but numbers. */
const isNumeric = (node: Node): boolean =>
  (node.type === 'Literal' && typeof node.value === 'number') ||
  (node.type === 'BinaryExpression' && isNumeric(node.left) && isNumeric(node.right))

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

/** The nodes below one, without types. */
function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .flatMap(([key, value]) => (/type/i.test(key) ? [] : value))
    .filter(isNode)
    .filter(child => !child.type.startsWith('TS') || 'expression' in child)
}

/**
 * Every mutant of a file, in the order of its lines: conditions that are always or never so, operands left
 * out, comparisons that differ at the bound, limits twice as wide, sums and steps the other way, booleans
 * turned round, calls and claims left out, and callbacks that do not wait. Texts and object literals stay.
 * One closure, as every rule reads the source and adds to the same list.
 */
export function mutantsOf(source: string): Mutant[] {
  const found = new Map<string, Mutant>()

  const add = ({ start, end }: Node, text: string) => {
    const [from, to] = [source.lastIndexOf('\n', start - 1) + 1, `${source}\n`.indexOf('\n', end)]
    const code = source.slice(0, start) + text + source.slice(end)
    const lines = (of: string, until: number) => of.slice(from, until).replace(/\s+/g, ' ').trim()
    const [before, after] = [lines(source, to), lines(code, to + code.length - source.length)]
    if (code === source || found.has(code)) return
    const line = source.slice(0, start).split('\n').length
    found.set(code, {
      line,
      code,
      before: before.slice(0, MAX_LINE_LENGTH),
      after: after.slice(0, MAX_LINE_LENGTH),
    })
  }
  const textOf = ({ start, end }: Node) => source.slice(start, end)
  /** Puts another operator between two operands, whose brackets stay. */
  const swap = (left: Node, right: Node, operator: string, other: string | undefined) => {
    const between = { ...left, start: left.end, end: right.start }
    if (other && !isText(left) && !isText(right)) add(between, textOf(between).replace(operator, other))
  }

  /** Once for each expression that says yes or no, and not again for its parts. */
  const decide = (node: Node) => {
    add(node, 'true')
    add(node, 'false')
  }

  const mutate = (node: Node, parent: Node | undefined) => {
    const part = parent && (isLogical(parent) || isNegation(parent))
    // A loop that never ends is caught by nothing but the time.
    const loop = parent?.type === 'WhileStatement' || parent?.type === 'ForStatement'
    if (isBoolean(node) && !part && !loop) decide(node)
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
        decide(node.test)
        break
      case 'LogicalExpression':
        for (const operand of [node.left, node.right])
          add(node, `${parent?.type === 'ExpressionStatement' ? ';' : ''}(${textOf(operand)})`)
        break
      case 'BinaryExpression':
        swap(node.left, node.right, node.operator, BOUNDS[node.operator] ?? SUMS[node.operator])
        break
      case 'AssignmentExpression':
        swap(node.left, node.right, node.operator, SUMS[node.operator])
        break
      case 'Literal':
        if (typeof node.value === 'boolean') add(node, `${!node.value}`)
        break
      case 'CallExpression':
        mutateCall(node, textOf(node))
        break
      case 'ExpressionStatement':
        mutateStatement(node, node.expression, parent)
        break
    }
  }

  const mutateCall = (node: Node & { type: 'CallExpression' }, text: string) => {
    if (node.callee.type !== 'MemberExpression' || node.callee.property.type !== 'Identifier') return
    const { object, property } = node.callee
    if (DECIDING.includes(property.name)) add(node, 'undefined')
    const other = object.type === 'Identifier' && object.name === 'Math' ? MATH[property.name] : undefined
    if (other) add(node, text.replace(`Math.${property.name}`, `Math.${other}`))
  }

  const mutateStatement = (statement: Node, expression: Node, parent: Node | undefined) => {
    const call = expression.type === 'AwaitExpression' ? expression.argument : expression
    // What an `if` alone leads to is left out by its condition.
    const alone = parent?.type === 'IfStatement' && !parent.alternate
    if (!alone && (call.type === 'CallExpression' || call.type === 'ChainExpression')) add(statement, ';')
    if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') return
    const callback = call.arguments.at(-1)
    if (callback?.type === 'ArrowFunctionExpression' || (callback && call.callee.name === 'setImmediate'))
      add(statement, `;(${textOf(callback)})()`)
  }

  /** Limits by name: twice as wide each, and nothing else of them. */
  const widen = (value: Node) => {
    if (isNumeric(value)) add(value, `${textOf(value)} * 2`)
    if (value.type === 'ObjectExpression') {
      for (const property of value.properties) if (property.type === 'Property') widen(property.value)
    }
  }

  const walk = (node: Node, parent?: Node): void => {
    if (
      node.type === 'VariableDeclarator' &&
      node.id.type === 'Identifier' &&
      /^[A-Z_]+$/.test(node.id.name)
    ) {
      if (node.init) widen(node.init)
      if (!node.init || isNumeric(node.init) || node.init.type === 'ObjectExpression') return
    }
    mutate(node, parent)
    for (const child of childrenOf(node)) walk(child, node)
  }
  walk(parseSync('source.ts', source, { preserveParens: false }).program)
  return [...found.values()]
}
