import { CaptchaError, type CodeStyle, codeStyleNamed } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bufferOf, sendBytes } from '../../../http/range.ts'
import { plainCodeLevel } from '../../code-level.ts'
import type { DialectContext } from '../../dialect.ts'
import type { CaptchaAnswer } from './wire.ts'

type Query = Record<string, unknown>

/** `GET /simple-captcha-endpoint`: a new captcha's picture, or the sound of one there is. */
export function challengeHandler({
  captcha,
  show,
  ladder,
}: Pick<DialectContext, 'captcha' | 'show' | 'ladder'>) {
  const image = async (
    { site, visitor }: FastifyRequest,
    style: CodeStyle,
    scale: 1 | 2,
  ): Promise<CaptchaAnswer> => {
    const { rung } = ladder.decide(site, visitor)
    const uuid = captcha.issue(site.id, style, plainCodeLevel(rung, ladder.guessed(site, 'text')))
    const { type, bytes } = await show(site, uuid, 'picture', { scale })
    return { uuid, imageb64: `data:${type};base64,${bufferOf(bytes).toString('base64')}` }
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-store')
    const { get, c, t, scale } = request.query as Query
    const style = typeof c === 'string' ? codeStyleNamed(c) : undefined
    if (get !== 'image' && get !== 'sound') throw new CaptchaError('bad_request', 'get')
    if (!style) throw new CaptchaError('bad_style')
    // Ours, and no reason to refuse: CaptchEtat ignores what it does not know.
    if (get === 'image') return reply.send(await image(request, style, scale === '2' ? 2 : 1))
    if (typeof t !== 'string' || t === '') throw new CaptchaError('bad_request', 't')
    // The uuid says which style it is of; `c` must only be one there is, as in the original.
    const { site, visitor } = request
    return sendBytes(request, reply, await show(site, t, 'sound', { address: visitor }))
  }
}
