import { expect, it } from 'vitest'
import { parseRedisUrl } from './url.ts'

it.each([
  ['redis://a', 6379],
  ['redis+sentinel://a/m', 26_379],
  ['redis+cluster://a', 6379],
  ['redis://a:1', 1],
  ['redis://a:65535', 65_535],
])('%s leads to port %i', (url, port) => {
  expect(parseRedisUrl(url).addresses).toEqual([{ host: 'a', port }])
})

it.each(['0', '65536', '99999', '', '-1', '1.5'])('there is no port %j', port => {
  const message = expect.stringContaining('has a port that is no number from 1 to 65535')
  expect(() => parseRedisUrl(`redis://a:${port}`)).toThrow(
    expect.objectContaining({ code: 'config_invalid', message }),
  )
})

it.each([
  ['redis://a?ca=x', 'this form takes no parameters'],
  ['rediss://a?x=y', 'this form takes no parameters but ca, cert, key'],
  ['redis+sentinel://a/m?ca=x', 'this form takes no parameters but sentinelUser, sentinelPassword'],
])('%s is told which parameters there are', (url, words) => {
  expect(() => parseRedisUrl(url)).toThrow(new RegExp(`${words}$`))
})
