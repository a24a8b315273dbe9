import { describe, expect, it } from 'vitest'
import { readFields, readForm } from './fields.ts'

const part = (name: string, value: string, end = '\r\n') =>
  `--XyZ${end}Content-Disposition: form-data; name="${name}"${end}${end}${value}${end}`

describe('the fields of a body', () => {
  it.each([
    ['a form', 'key=k+1&hash=%C3%A9&response='],
    ['an object', '{"key":"k 1","hash":"é","response":"","more":{"key":"x"}}'],
    ['multipart', `${part('key', 'k 1')}${part('hash', 'é')}${part('response', '')}--XyZ--\r\n`],
    ['multipart of line feeds', `${part('key', 'k 1', '\n')}${part('hash', 'é', '\n')}--XyZ--\n`],
    ['multipart without an end', `\r\n${part('key', 'k 1')}${part('hash', 'é')}`],
    [
      'multipart with more headers',
      '--XyZ\r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: form-data; name=key\r\n\r\nk 1\r\n' +
        '--XyZ\r\nContent-Disposition: form-data; name="hash"; filename="name=x"\r\n\r\né\r\n--XyZ--',
    ],
  ])('are read from %s', (_, body) => {
    const field = readFields(body)
    expect([field('key'), field('hash'), field('response'), field('none')]).toEqual(['k 1', 'é', '', ''])
  })

  it('keep line ends and dashes that belong to a value', () => {
    const value = 'a\r\n\r\nb\n--Xy\r\n'
    expect(readFields(`${part('text', value)}--XyZ--`)('text')).toBe(value)
  })

  it('of an object are texts and numbers; a list has its items under another name', () => {
    const body = JSON.stringify({ a: 7, b: null, c: true, d: { x: 1 }, e: ['1', 2, null], __proto__: 'x' })
    expect([...readForm(body)!]).toEqual([
      ['a', '7'],
      ['e[]', '1'],
      ['e[]', '2'],
    ])
  })

  it.each(['', '--', '--\r\n', '--x', '--x\r\n\r\n--x', '--x\n\n\n', '[]', 'null', undefined, 7])(
    'of %j are none that has a name',
    body => {
      expect(readFields(body)('key')).toBe('')
    },
  )

  it('of broken JSON are none', () => {
    expect(readForm('{"key":')).toBeUndefined()
    expect(readFields('{"key":')('key')).toBe('')
  })

  it('are read in linear time', () => {
    for (const body of ['--\n'.repeat(5000), `--x${'\r\n'.repeat(8000)}`, `--x\n${'name="'.repeat(2500)}`]) {
      const start = performance.now()
      readFields(body)('key')
      expect(performance.now() - start).toBeLessThan(500)
    }
  })
})
