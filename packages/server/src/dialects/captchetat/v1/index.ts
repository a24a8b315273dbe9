/**
 * CaptchEtat v1, which is BotDetect's Simple API: a piece of HTML that brings its picture, its sound, its
 * icons and its script along. The id in it stays while its code changes: every `get=image` renews the
 * challenge, and everything else is about the code that was shown last. What browsers run is in `web/`.
 */
import {
  CaptchaError,
  type CodeStyle,
  codeStyleNamed,
  expiryOf,
  formatId,
  parseId,
  readCode,
} from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendSharedFile } from '../../../http/files.ts'
import { parameter } from '../../../http/query.ts'
import { bufferOf, sendBytes } from '../../../http/range.ts'
import type { Action } from '../../../policy/action.ts'
import { plainCodeLevel, rungOfCode } from '../../code-level.ts'
import type { CreateVersion } from '../gateway/index.ts'
import { sendVerdict } from '../gateway/validation.ts'
import { type Icon, markup, partUrl } from './markup.ts'
import { TAG, V1 } from './openapi.ts'
import type { WorkAnswer } from './wire.ts'
import { createWork } from './work.ts'

export { v1Document } from './openapi.ts'

/** What `get` can ask for that was built, the same for everybody: it is neither limited nor counted. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['script-include', 'script.js'],
  ['layout-stylesheet', 'layout.css'],
  ['reload-icon', 'reload.png'],
  ['sound-icon', 'sound.png'],
  ['reload-disabled-icon', 'reload-disabled.png'],
  ['sound-disabled-icon', 'sound-disabled.png'],
])
const fileName = (get: string) => `captchetat/v1/${FILES.get(get)}`
/**
 * What else it can ask for, as it is limited. A picture is a new code, and a new id has a code that can be
 * heard.
 */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['html', 'issue'],
  ['image', 'issue'],
  ['sound', 'show'],
  ['validation-result', 'check'],
])

function actionOf(request: FastifyRequest): Action | undefined {
  const get = parameter(request, 'get')
  if (FILES.has(get)) return undefined
  // Who asks for the head of a picture alone is given no new code.
  if (get === 'image' && request.method === 'HEAD') return 'show'
  return ACTIONS.get(get) ?? 'other'
}

/** One thing that `get` can ask for. */
type Element = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>

function idOf(request: FastifyRequest): string {
  const id = parameter(request, 't')
  if (id === '') throw new CaptchaError('bad_request', 't')
  return id
}

/** The version's calls. */
export const v1: CreateVersion = ({ captcha, show, keys, admission, ladder, files, now }) => {
  const work = createWork(keys('work', 32))

  /** The style asked for. @throws CaptchaError `bad_style` */
  const styleOf = (request: FastifyRequest): CodeStyle => {
    const style = codeStyleNamed(parameter(request, 'c'))
    if (!style) throw new CaptchaError('bad_style')
    return style
  }

  /**
   * An icon in the markup itself. Where it was not built, it is asked for and not found like any other file.
   */
  const dataUrl = (icon: Icon): string => {
    const file = files.get(fileName(icon))
    return file ? `data:${file.type};base64,${file.bytes.toString('base64')}` : partUrl(icon)
  }

  const elements: Record<string, Element> = {
    html(request, reply) {
      const { site, visitor } = request
      const style = styleOf(request)
      const { rung } = ladder.decide(site, visitor)
      const level = plainCodeLevel(rung, ladder.guessed(site, 'text'))
      const id = captcha.issue(site.id, style, level).replaceAll('-', '')
      const html = markup({
        style,
        id,
        task: work.task(id, rung),
        expiry: expiryOf(site.settings, Math.floor(now() / 1000)),
        deferred: parameter(request, 'script') === 'defer',
        // By default icons do not go through the API: many proxies pass everything on as text.
        iconUrl: parameter(request, 'mode') === 'backend' ? partUrl : dataUrl,
      })
      return reply.type('text/html; charset=utf-8').send(html)
    },

    async image(request, reply) {
      const { site } = request
      const id = idOf(request)
      // Who asks for the head alone is shown nothing new.
      const generation =
        request.method === 'HEAD' ? await captcha.latest(id, site.settings) : await captcha.renew(site, id)
      const { type, bytes } = await show(site, id, 'picture', { generation })
      return reply.type(type).send(bufferOf(bytes))
    },

    async sound(request, reply) {
      const { site, visitor } = request
      const id = idOf(request)
      const generation = await captcha.latest(id, site.settings)
      const sound = await show(site, id, 'sound', { generation, address: visitor })
      // With `d` a player asks, without it the link was followed.
      if (!parameter(request, 'd')) reply.header('content-disposition', 'attachment; filename="captcha.wav"')
      return sendBytes(request, reply, sound)
    },

    p(request, reply) {
      const id = parseId(idOf(request))
      const challenge = id && captcha.open(formatId(id))
      if (challenge?.site !== request.site.id) throw new CaptchaError('unknown_challenge')
      const { start, hash } = work.task(Buffer.from(id!).toString('hex'), rungOfCode(challenge.level))
      return reply.send({ sp: String(start), hs: hash } satisfies WorkAnswer)
    },

    async 'validation-result'(request, reply) {
      const { site, visitor } = request
      const id = idOf(request)
      const [code, proof] = [parameter(request, 'i'), parameter(request, 'p')]
      // Where nothing was typed there is nothing to judge, and nothing to spend.
      if (readCode(code) === '') return sendVerdict(reply, false)
      // Work is asked of nobody; but who sends a wrong result is no browser of ours, and its code counts as
      // wrong.
      const worked = proof !== '' && work.accepts(id, rungOfCode(captcha.open(id)?.level), proof)
      const honest = proof === '' || worked
      const generation = await captcha.latest(id, site.settings)
      const verdict = await captcha.preview(site, id, honest ? code : '', { generation })
      if (verdict === 'wrong') {
        admission.failed(site, visitor)
        ladder.failed(site, visitor, { worked })
      }
      return sendVerdict(reply, verdict === 'passed')
    },
  }

  return {
    name: TAG,
    base: V1,
    idName: 'id',
    action: actionOf,
    async captcha(request, reply) {
      const get = parameter(request, 'get')
      if (FILES.has(get)) return sendSharedFile(files, fileName(get), request, reply)
      reply.header('cache-control', 'no-store')
      if (!Object.hasOwn(elements, get)) throw new CaptchaError('bad_request', 'get')
      return elements[get]!(request, reply)
    },
    /** CaptchEtat's own names first, then those of BotDetect's back ends. */
    typed: field => ({
      id: field('id') || field('captchaId'),
      code: field('code') || field('userEnteredCaptchaCode'),
    }),
    generation: captcha.latest,
  }
}
