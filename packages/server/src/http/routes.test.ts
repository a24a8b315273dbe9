import { describe, expect, it } from 'vitest'
import { normalizeUrl } from './routes.ts'

describe('a tidy address', () => {
  it.each([
    ['/', '/'],
    ['/a/b?c=d', '/a/b?c=d'],
    ['//a///b//?c=//d', '/a/b?c=//d'],
    ['/a/b/', '/a/b'],
    ['/a/?b=/', '/a?b=/'],
    ['/a?b=//c', '/a?b=//c'],
    ['///', '/'],
    ['http://example.org/a//b?c', '/a/b?c'],
    ['HTTPS://example.org', '/'],
    ['*', '*'],
    ['', ''],
  ])('of %s is %s', (url, tidy) => {
    expect(normalizeUrl(url)).toBe(tidy)
  })
})
